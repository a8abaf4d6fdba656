'use server'
import { requireActor } from '#lib/auth.ts'
import type { ApprovalKind } from '#lib/domain/approval.ts'
import { askApproval } from '#lib/services/approval/ask.ts'
import { cancelApproval, decideApproval } from '#lib/services/approval/decide.ts'
import type { Refusal } from './refusal.ts'

/** What takes a second person: ask for it, decide it, take it back. The command checks whatever it is given. */

export interface Asking {
  readonly kind: ApprovalKind
  readonly input: Readonly<Record<string, unknown>>
  readonly reason: string
  readonly way: 'second_person' | 'alone' | 'break_glass'
}

export async function ask(asking: Asking): Promise<Refusal | null> {
  const outcome = await askApproval(asking, await requireActor())
  return outcome.ok ? null : outcome.refusal
}

/** Lapsed means: the world moved, nothing was done; said as a refusal, because it was not done. */
export async function decide(
  approvalId: string,
  verdict: 'approve' | 'reject',
  reason: string | null,
): Promise<Refusal | null> {
  const input = { approvalId, verdict, ...(reason === null ? {} : { reason }) }
  const outcome = await decideApproval(input, await requireActor())
  if (!outcome.ok) return outcome.refusal
  const { status, because } = outcome.value
  return status === 'lapsed' ? { code: 'stale', because: because ?? 'The world moved' } : null
}

export async function cancel(approvalId: string): Promise<Refusal | null> {
  const outcome = await cancelApproval({ approvalId }, await requireActor())
  return outcome.ok ? null : outcome.refusal
}
