import { engageDoor } from '../../../../capabilities/engage.ts'

export const POST = engageDoor<{ agent: string; name: string }>()
