import { problem } from '#lib/services/problem.ts'
import { doPress } from '#lib/services/slack/press.ts'
import { isFromSlack } from '#lib/services/slack/signature.ts'
import { takePress } from '#lib/services/slack/takePress.ts'
import { orUnavailable, readText, sendProblem } from '../../door.ts'

/**
 * What Slack sends when somebody presses a button: signed, answered as soon as it is written down, done after. Whoever
 * answers does it at once; if this process dies, the guard does.
 */
export const POST = orUnavailable(async (request: Request) => {
  const secret = process.env.SWITCHBACK_SLACK_SIGNING_SECRET
  const body = await readText(request)
  if (!body.ok) return body.answer
  const stamp = {
    timestamp: request.headers.get('x-slack-request-timestamp'),
    signature: request.headers.get('x-slack-signature'),
  }
  const now = new Date()
  if (!secret || !isFromSlack(secret, stamp, body.text, now)) {
    return sendProblem(problem('unauthenticated', 'This is not signed by Slack, or too old'))
  }
  const taken = await takePress(body.text, now)
  if (!taken.ok) return sendProblem(problem('bad_input', taken.because))
  // Not waited for: what it takes must not make Slack wait. What fails here is done by the guard.
  if (taken.pressId) void doPress(taken.pressId).catch(() => undefined)
  return new Response(null, { status: 200 })
})
