import 'server-only'
import { Socket } from 'node:net'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from './generated/client.ts'

/** The application's role: it can add to the audit record and read it, nothing else (prisma/enforce.sql). */
export const appRole = 'switchback_app'

/** Longer than any transaction of ours lasts. */
const answerMsDefault = 30_000

/**
 * A client of its own on this database; `database()` is the process's shared one. A connection on which nothing came for
 * `answerMs` while something was asked is given up: a network that swallows packets says nothing by itself. The server gives
 * up a statement after the same time, so that none goes on for nobody and holds its locks.
 */
export function openDatabase(url: string, poolMax = 10, answerMs = answerMsDefault): PrismaClient {
  const adapter = new PrismaPg({
    connectionString: url,
    options: `-c role=${appRole} -c timezone=UTC -c statement_timeout=${answerMs}`,
    max: poolMax,
    connectionTimeoutMillis: Math.min(5_000, answerMs),
    stream: () => impatientSocket(answerMs),
  })
  return new PrismaClient({ adapter })
}

/**
 * Ended, and with it whatever transaction was open on it, once it is silent for so long. The driver's own time limit for
 * a query would hand the connection back with that query still running.
 */
function impatientSocket(silentMs: number): Socket {
  const socket = new Socket()
  return socket.setTimeout(silentMs, () => socket.destroy())
}

const shared = globalThis as typeof globalThis & { switchbackDatabase?: PrismaClient }

/** The process's one connection pool, opened at first use from `DATABASE_URL`. */
export function database(): PrismaClient {
  const url = process.env.DATABASE_URL
  if (!url) throw new Error('DATABASE_URL is not set: start Switchback with npm start')
  shared.switchbackDatabase ??= openDatabase(url)
  return shared.switchbackDatabase
}
