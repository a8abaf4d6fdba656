import { resumeRollout } from '#lib/services/rollout/resume.ts'
import { operateDoor } from '../../operate.ts'

export const POST = operateDoor(resumeRollout)
