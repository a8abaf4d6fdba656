import { type Actor, may } from './actor.ts'

/** What takes a second person, and when it may be decided. Buttons, Slack and the command ask the same rules. */

/** `rollback`: a manual one while the policy says allow. `policy`: a change that loosens a limit. */
export const approvalKinds = ['promote', 'rollback', 'unlock', 'switch_release', 'policy'] as const
export type ApprovalKind = (typeof approvalKinds)[number]

export const approvalStatuses = [
  'waiting',
  'approved',
  'rejected',
  'cancelled',
  'expired',
  /** The world moved on after the asking: nobody can say yes to what is no longer there. */
  'lapsed',
] as const
export type ApprovalStatus = (typeof approvalStatuses)[number]

/** `single_operator`: there is nobody else who may. `break_glass`: it could not wait; a review is owed. */
export const approvalModes = ['second_person', 'single_operator', 'break_glass'] as const
export type ApprovalMode = (typeof approvalModes)[number]

/** How long an approval may be given after it was asked for. */
export const approvalMs = 60 * 60_000

/** How long the glass stays broken for whoever broke it: later the same act breaks it again, with all that follows. */
export const brokenGlassMs = 60 * 60_000

export interface Approval {
  readonly id: string
  readonly kind: ApprovalKind
  readonly agent: string
  readonly status: ApprovalStatus
  readonly askedById: string
  /** People who may not approve although they did not ask: who started the release, who changed its policy. */
  readonly involvedIds: readonly string[]
  readonly expiresAt: Date
}

/** Why this actor cannot approve or reject it now; null when they can. */
export function whyNotDecide(approval: Approval, actor: Actor, now: Date): string | null {
  if (approval.status !== 'waiting') return `This was ${approval.status} already`
  if (now >= approval.expiresAt) return 'The time to approve this is over: it has to be asked for again'
  if (actor.kind !== 'person') return 'Only a person can approve'
  if (!may(actor, 'approval.decide', approval.agent)) return 'Your role cannot approve'
  if (actor.id === approval.askedById) return 'You asked for it: a second person has to approve'
  if (approval.involvedIds.includes(actor.id))
    return 'You are part of this release: somebody else has to approve'
  return null
}

/** Why this actor cannot take it back; null when they can. Who asked can, and who could have decided it. */
export function whyNotCancel(approval: Approval, actor: Actor): string | null {
  if (approval.status !== 'waiting') return `This was ${approval.status} already`
  const isTheirs = actor.id === approval.askedById || may(actor, 'approval.decide', approval.agent)
  return isTheirs ? null : 'Only who asked for it can take it back'
}

/**
 * Whether a manual rollback is the ambiguous case that takes a second person: nothing speaks against the candidate, and
 * the policy asks for it. Machines act for whoever gave them the right, and are not asked.
 */
export function takesSecondPerson(rollback: {
  readonly by: Actor['kind']
  readonly phase: string
  /** Null before the first decision. */
  readonly decision: 'allow' | 'hold' | 'stop' | null
  readonly policyAsks: boolean
}): boolean {
  if (rollback.by !== 'person' || !rollback.policyAsks) return false
  if (rollback.phase === 'rolled_back') return false
  return rollback.decision === 'allow'
}

/** Whether opening this stage takes a second person: one behind an approval, and all traffic. */
export function stageTakesSecondPerson(stage: {
  readonly gate: string
  readonly weightPercent: number
}): boolean {
  return stage.gate === 'approval' || stage.weightPercent === 100
}
