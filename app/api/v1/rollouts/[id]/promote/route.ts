import { promoteRollout } from '#lib/services/rollout/promote.ts'
import { operateDoor } from '../../operate.ts'

export const POST = operateDoor(promoteRollout)
