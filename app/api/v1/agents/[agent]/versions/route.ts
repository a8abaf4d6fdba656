import { registerVersion } from '#lib/services/version/register.ts'
import { machineDoor, readJson, sendJson, sendOutcome } from '../../../../door.ts'

export const POST = machineDoor<{ agent: string }>(
  'deploy',
  async ({ request, actor, params, idempotencyKey }) => {
    const body = await readJson(request)
    if (!body.ok) return body.answer
    const outcome = await registerVersion({ ...body.value, agent: params.agent }, actor, idempotencyKey)
    return await sendOutcome(outcome, ({ created, ...version }) => sendJson(version, created ? 201 : 200))
  },
)
