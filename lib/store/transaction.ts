import type { Prisma, PrismaClient } from './generated/client.ts'

/** What a verb writes through: everything in it is there together, or not at all. */
export type Tx = Prisma.TransactionClient

const retriesMax = 3
/** PostgreSQL's words for "somebody else was in the way; try again": deadlock and serialization failure. */
const passing = /deadlock detected|could not serialize|40P01|40001/

/** Runs the work in one transaction. Tried again when PostgreSQL broke a deadlock; the work must not touch the outside. */
export async function inTransaction<T>(db: PrismaClient, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.$transaction(work, { maxWait: 5_000, timeout: 15_000 })
    } catch (error) {
      if (attempt >= retriesMax || !(error instanceof Error) || !passing.test(error.message)) throw error
    }
  }
}
