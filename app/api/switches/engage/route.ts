import { engageSwitch } from '#lib/services/switch/engage.ts'
import { readJson, sendJson, sendOutcome } from '../../door.ts'
import { personChangeDoor } from '../../session.ts'

export const POST = personChangeDoor(async ({ request, actor, idempotencyKey }) => {
  const body = await readJson(request)
  if (!body.ok) return body.answer
  const outcome = await engageSwitch(body.value, actor, { idempotencyKey })
  return await sendOutcome(outcome, (value) => sendJson(value))
})
