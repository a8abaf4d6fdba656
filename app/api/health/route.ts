import { readHealth } from '#lib/views/health.ts'
import { sendJson } from '../door.ts'

export const dynamic = 'force-dynamic'

/** For load balancers and the launcher: 503 when the panel cannot do its job. Names no secret, so nobody has to ask in. */
export async function GET(): Promise<Response> {
  const health = await readHealth(new Date())
  return sendJson(health, health.status === 'ok' ? 200 : 503)
}
