/** Codes of Prisma, PostgreSQL and the network that say: the database is not there, whatever was asked of it. */
const outageCodes = new Set([
  'P1001', // cannot be reached
  'P1002', // did not answer in time
  'P1008', // did not answer in time
  'P1017', // closed the connection
  'P2024', // no connection free in time
  '57P01', // shutting down
  '57P02', // crashed
  '57P03', // starting up
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
])

/** What the driver says, without any code, when a connection is cut under a query or while it is made. */
const outageWords =
  /^Connection terminated|timeout exceeded when trying to connect|Can't reach database server/

/** Whether an error says that the database cannot be reached now, so that asking again later may work. */
export function isOutage(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && outageCodes.has(String(at.code))) return true
    if (outageWords.test(at.message)) return true
  }
  return false
}
