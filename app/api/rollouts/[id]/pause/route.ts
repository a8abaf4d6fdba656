import { pauseRollout } from '#lib/services/rollout/pause.ts'
import { readJson, sendJson, sendOutcome } from '../../../door.ts'
import { personChangeDoor } from '../../../session.ts'

export const POST = personChangeDoor<{ id: string }>(async ({ request, actor, params, idempotencyKey }) => {
  const body = await readJson(request)
  if (!body.ok) return body.answer
  const outcome = await pauseRollout({ ...body.value, rolloutId: params.id }, actor, { idempotencyKey })
  return await sendOutcome(outcome, (value) => sendJson(value))
})
