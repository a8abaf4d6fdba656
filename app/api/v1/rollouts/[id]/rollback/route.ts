import { rollBack } from '#lib/services/rollout/rollBack.ts'
import { operateDoor } from '../../operate.ts'

export const POST = operateDoor(rollBack)
