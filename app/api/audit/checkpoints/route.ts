import { may } from '#lib/domain/actor.ts'
import { readableCheckpoints } from '#lib/services/audit/readableCheckpoints.ts'
import { problem } from '#lib/services/problem.ts'
import { sendJson, sendProblem } from '../../door.ts'
import { personDoor } from '../../session.ts'

/** The newest checkpoints and the key, for the verification in the browser. */
export const GET = personDoor(async ({ actor }) =>
  may(actor, 'audit.read')
    ? sendJson(await readableCheckpoints(actor))
    : sendProblem(problem('forbidden', 'Your role cannot read the record')),
)
