import { engageDoor } from '../engage.ts'

export const POST = engageDoor<{ name: string }>()
