import { may } from '#lib/domain/actor.ts'
import { problem } from '#lib/services/problem.ts'
import { findRolloutStatus } from '#lib/views/rolloutStatus.ts'
import { machineDoor, sendJson, sendProblem } from '../../../door.ts'

export const GET = machineDoor<{ id: string }>('read', async ({ actor, params }) => {
  const status = await findRolloutStatus(params.id)
  if (!status) return sendProblem(problem('missing', `There is no rollout ${params.id}`))
  if (!may(actor, 'view', status.agent))
    return sendProblem(problem('forbidden', `This token may not see ${status.agent}`))
  return sendJson(status)
})
