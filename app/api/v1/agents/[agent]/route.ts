import { may } from '#lib/domain/actor.ts'
import { putAgent } from '#lib/services/agent/put.ts'
import { problem } from '#lib/services/problem.ts'
import { findAgentStatus } from '#lib/views/agentStatus.ts'
import { machineDoor, readJson, sendJson, sendOutcome, sendProblem } from '../../../door.ts'

interface Params {
  agent: string
}

export const GET = machineDoor<Params>('read', async ({ actor, params }) => {
  if (!may(actor, 'view', params.agent))
    return sendProblem(problem('forbidden', `This token may not see ${params.agent}`))
  const status = await findAgentStatus(params.agent)
  return status ? sendJson(status) : sendProblem(problem('missing', `There is no agent ${params.agent}`))
})

export const PUT = machineDoor<Params>('deploy', async ({ request, actor, params, idempotencyKey }) => {
  const body = await readJson(request)
  if (!body.ok) return body.answer
  const outcome = await putAgent({ ...body.value, agent: params.agent }, actor, idempotencyKey)
  return await sendOutcome(outcome, async ({ created }) =>
    sendJson(await findAgentStatus(params.agent), created ? 201 : 200),
  )
})
