import { adoptStable } from '#lib/services/agent/adoptStable.ts'
import { findAgentStatus } from '#lib/views/agentStatus.ts'
import { machineDoor, readJson, sendJson, sendOutcome } from '../../../../door.ts'

export const PUT = machineDoor<{ agent: string }>(
  'deploy',
  async ({ request, actor, params, idempotencyKey }) => {
    const body = await readJson(request)
    if (!body.ok) return body.answer
    const outcome = await adoptStable({ ...body.value, agent: params.agent }, actor, idempotencyKey)
    return await sendOutcome(outcome, async () => sendJson(await findAgentStatus(params.agent)))
  },
)
