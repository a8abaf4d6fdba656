import { may } from '#lib/domain/actor.ts'
import { followChanges } from '#lib/views/changes.ts'
import { personDoor } from '../session.ts'

export const dynamic = 'force-dynamic'

const heartbeatMs = 5_000
/** After so long the browser connects anew, so that a session that ended meanwhile is noticed. */
const streamMs = 10 * 60_000

/** What changed, as server-sent events: `change` with what it is about, `hb` every five seconds. */
export const GET = personDoor(async ({ request, actor }) => {
  const encoder = new TextEncoder()
  let stop = () => {}
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (event: string, data: unknown) =>
        controller.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`))
      const unfollow = followChanges((change) => {
        if (change.agent === undefined || may(actor, 'view', change.agent)) send('change', change)
      })
      const heartbeat = setInterval(() => send('hb', { now: new Date().toISOString() }), heartbeatMs)
      const end = setTimeout(() => stop(), streamMs)
      stop = () => {
        unfollow()
        clearInterval(heartbeat)
        clearTimeout(end)
        stop = () => {}
        controller.close()
      }
      request.signal.addEventListener('abort', () => stop())
      send('hb', { now: new Date().toISOString() })
    },
    cancel: () => stop(),
  })
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
  })
})
