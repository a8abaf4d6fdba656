import 'server-only'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from './generated/client.ts'

/** The application's role: it can add to the audit record and read it, nothing else (prisma/enforce.sql). */
export const appRole = 'switchback_app'

/** A client of its own on this database. `database()` is the process's shared one. */
export function openDatabase(url: string, poolMax = 10): PrismaClient {
  const adapter = new PrismaPg({
    connectionString: url,
    options: `-c role=${appRole} -c timezone=UTC`,
    max: poolMax,
    connectionTimeoutMillis: 5_000,
  })
  return new PrismaClient({ adapter })
}

const shared = globalThis as typeof globalThis & { switchbackDatabase?: PrismaClient }

/** The process's one connection pool, opened at first use from `DATABASE_URL`. */
export function database(): PrismaClient {
  const url = process.env.DATABASE_URL
  if (!url) throw new Error('DATABASE_URL is not set: start Switchback with npm start')
  shared.switchbackDatabase ??= openDatabase(url)
  return shared.switchbackDatabase
}
