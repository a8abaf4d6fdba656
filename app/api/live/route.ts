import { askAgain } from '#lib/auth.ts'
import { may } from '#lib/domain/actor.ts'
import { problem } from '#lib/services/problem.ts'
import { changesHeard, followChanges } from '#lib/views/changes.ts'
import { followView, isPushed } from '#lib/views/pushed.ts'
import { sendProblem } from '../door.ts'
import { personDoor } from '../session.ts'

export const dynamic = 'force-dynamic'

const heartbeatMs = 5_000
/** After so long the browser connects anew, so that a session that ended meanwhile is noticed. */
const streamMs = 10 * 60_000
const viewsMax = 8
/** A page that does not take what it is sent is let go; it connects again and is told that it missed something. */
const backlogMax = 64

/**
 * What changed, as server-sent events: `view` with a view that this page follows (`?view=rollout:ro_1`), `change` with
 * what something else was about, `missed` when something changed since the page was read, `hb` every five seconds.
 */
export const GET = personDoor(async ({ request, actor }) => {
  const asked = new URL(request.url).searchParams
  const followed = [...new Set(asked.getAll('view'))]
  const wrong = followed.find((key) => !isPushed(key))
  if (wrong !== undefined || followed.length > viewsMax) {
    const expected = `at most ${viewsMax} of now, shell, switches, agent:…, rollout:…, incident:…`
    const error = { path: 'view', given: wrong ?? followed.length, expected }
    return sendProblem(problem('bad_input', 'These views cannot be followed', [error]))
  }
  const heard = request.headers.get('last-event-id') ?? asked.get('heard')
  const again = await askAgain()
  const encoder = new TextEncoder()
  let stop = () => {}
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (event: string, text: string) => {
        if ((controller.desiredSize ?? 0) < -backlogMax) return stop()
        controller.enqueue(encoder.encode(`id: ${changesHeard()}\nevent: ${event}\ndata: ${text}\n\n`))
      }
      const beat = () => send('hb', JSON.stringify({ now: new Date().toISOString() }))
      const held = JSON.stringify(actor.grants)
      // Who lost a role or the session is let go: the page asks again, and gets what it may have now.
      const beatOrEnd = async () => {
        const still = await again().catch(() => actor)
        if (still && JSON.stringify(still.grants) === held) beat()
        else stop()
      }
      const ends = [
        followChanges((change) => {
          if (change.agent === undefined || may(actor, 'view', change.agent))
            send('change', JSON.stringify(change))
        }),
      ]
      const heartbeat = setInterval(() => void beatOrEnd(), heartbeatMs)
      const end = setTimeout(() => stop(), streamMs)
      stop = () => {
        stop = () => {}
        for (const each of ends) each()
        clearInterval(heartbeat)
        clearTimeout(end)
        controller.close()
      }
      request.signal.addEventListener('abort', () => stop())
      if (heard !== null && heard !== changesHeard()) send('missed', '{}')
      beat()
      for (const key of followed) {
        // A page whose view cannot be read connects again, and asks for itself.
        const onError = () => stop()
        ends.push(followView(key, actor, (text) => send('view', text), onError))
      }
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
