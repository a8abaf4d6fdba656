import pg from 'pg'

export interface Listener {
  close(): Promise<void>
}

/**
 * Hears what PostgreSQL announces on a channel, for as long as the process lives. `onConnect` is called at every
 * (re)connection, because what was said meanwhile is gone: read the state again there. Reconnects once a second.
 */
export function listen(
  connectionString: string,
  channel: string,
  on: { notice(payload: string): void; connect(): void; lost(error: Error): void },
): Listener {
  let client: pg.Client | null = null
  let timer: NodeJS.Timeout | null = null
  let closed = false

  const retry = (error: Error) => {
    if (client === null || closed) return
    client = null
    on.lost(error)
    timer = setTimeout(connect, 1_000)
  }

  function connect(): void {
    const next = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000, keepAlive: true })
    client = next
    next.on('error', (error) => next === client && retry(error))
    next.on('end', () => next === client && retry(new Error('The connection ended')))
    next.on('notification', (message) => on.notice(message.payload ?? ''))
    next
      .connect()
      .then(() => next.query(`LISTEN ${pg.escapeIdentifier(channel)}`))
      .then(on.connect)
      .catch((error: Error) => {
        next.end().catch(() => undefined)
        if (next === client) retry(error)
      })
  }
  connect()

  return {
    async close() {
      closed = true
      if (timer) clearTimeout(timer)
      await client?.end().catch(() => undefined)
    },
  }
}
