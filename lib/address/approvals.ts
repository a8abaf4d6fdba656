import { oneOf } from './readAddress.ts'

/** What `/approvals` shows of what waits and what ended; without it, both. */
export const approvalsShown = ['mine', 'waiting', 'ended'] as const
export type ApprovalsShown = (typeof approvalsShown)[number]

export const approvalsAddress = { show: oneOf(approvalsShown) }
