import pg from 'pg'

const timeoutMs = 5_000
const oldestKnown = 150_000

/** Makes sure that a PostgreSQL of a known version answers at this address. Throws with one line that names the setting. */
export async function requireDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: timeoutMs })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const found = await client.query<{ server_version_num: string }>('SHOW server_version_num')
    const version = Number(found.rows[0]?.server_version_num)
    if (version < oldestKnown)
      throw new Error(`it is PostgreSQL ${Math.floor(version / 10_000)}, and 15 or later is needed`)
  } catch (error) {
    const { host } = URL.parse(url) ?? { host: 'the server' }
    throw new Error(`DATABASE_URL: ${host} cannot be used: ${reasonOf(error)}`, { cause: error })
  } finally {
    await client.end().catch(() => undefined)
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // A name with several addresses gives an error without words around one for each.
  if (error instanceof AggregateError && error.errors[0]) return reasonOf(error.errors[0])
  return error.message
}
