import { pauseRollout } from '#lib/services/rollout/pause.ts'
import { operateDoor } from '../../operate.ts'

export const POST = operateDoor(pauseRollout)
