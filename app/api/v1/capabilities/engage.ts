import { everyAgent } from '#lib/domain/killSwitch.ts'
import { capabilityEngageSchema } from '#lib/services/api/schemas.ts'
import { problem, zodErrors } from '#lib/services/problem.ts'
import { engageSwitch } from '#lib/services/switch/engage.ts'
import { machineDoor, readJson, sendJson, sendOutcome, sendProblem } from '../../door.ts'

/** A door by which a machine engages a kill switch: of the agent in the path, or of every agent. It releases none. */
export function engageDoor<Params extends { readonly name: string; readonly agent?: string }>() {
  return machineDoor<Params>('operate', async ({ request, actor, params, idempotencyKey }) => {
    const body = await readJson(request)
    if (!body.ok) return body.answer
    const parsed = capabilityEngageSchema.safeParse(body.value)
    if (!parsed.success) {
      const errors = zodErrors(parsed.error, body.value)
      return sendProblem(problem('bad_input', 'A machine can only deny; a person releases', errors))
    }
    const { state: _, ...rest } = parsed.data
    const subject = { agent: params.agent ?? everyAgent, name: params.name }
    const outcome = await engageSwitch({ ...rest, ...subject }, actor, idempotencyKey)
    return await sendOutcome(outcome, (value) => sendJson(value))
  })
}
