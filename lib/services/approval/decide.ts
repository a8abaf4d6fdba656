import { z } from 'zod'
import { needsStepUp, policyActor } from '#lib/domain/actor.ts'
import { type ApprovalKind, whyNotCancel, whyNotDecide } from '#lib/domain/approval.ts'
import type { Approval as ApprovalRow } from '#lib/store/generated/client.ts'
import type { Tx } from '#lib/store/transaction.ts'
import { command, type Context } from '../command.ts'
import { type Done, done, type Refused, refuse, unchanged } from '../outcome.ts'
import { carryOut } from './carryOut.ts'
import { isRefused } from './kind.ts'
import { kindSpecs } from './kinds.ts'
import { approvalLine, endApproval, seenOf, stateDigest, toApproval } from './row.ts'

export interface Decided {
  readonly approvalId: string
  readonly status: 'approved' | 'rejected' | 'lapsed'
  /** What moved since it was asked for; null when nothing did. */
  readonly because: string | null
}

/** The agent that an approval is about; null when there is no such approval. */
async function agentOf(tx: Tx, { approvalId }: { approvalId: string }): Promise<string | null> {
  const row = await tx.approval.findUnique({ where: { id: approvalId }, select: { agent: true } })
  return row?.agent ?? null
}

/**
 * A second person says yes or no. A yes is carried out in the same transaction, unless the world has moved since the
 * asking: then it lapses, says what moved, and nothing else is done.
 */
export const decideApproval = command({
  name: 'approval.decide',
  capability: 'approval.decide',
  input: z.strictObject({
    approvalId: z.string(),
    verdict: z.enum(['approve', 'reject']),
    reason: z.string().trim().max(2000).optional(),
  }),
  agent: agentOf,
  async run(tx, { approvalId, verdict, reason }, context): Promise<Done<Decided> | Refused> {
    const row = await lockRow(tx, approvalId)
    if (!row) return refuse('missing', 'There is no such approval')
    const why = whyNotDecide(toApproval(row), context.actor, context.now)
    if (why) return refuse(row.status === 'waiting' ? 'forbidden' : 'not_now', why)
    if (verdict === 'reject') {
      if (!reason) {
        const error = { path: 'reason', given: null, expected: 'why it should not be done' }
        return refuse('bad_input', 'A rejection takes a reason', [error])
      }
      await endApproval(tx, row, endOf('rejected', reason, context))
      const line = approvalLine(row, 'approval.decide', 'rejected', { reason })
      return done({ approvalId, status: 'rejected', because: null }, line)
    }
    return await approve(tx, row, reason ?? null, context)
  },
})

async function approve(
  tx: Tx,
  row: ApprovalRow,
  note: string | null,
  context: Context,
): Promise<Done<Decided> | Refused> {
  const spec = kindSpecs[row.kind as ApprovalKind]
  if (!spec) return refuse('missing', `Nothing of the kind ${row.kind} can be approved`)
  if (spec.stepUp && needsStepUp(context.actor, context.now))
    return refuse('step_up', 'Enter your password again: this takes a recent sign-in')
  const moved = await whatMoved(tx, row, context)
  if (moved !== null) {
    await endApproval(tx, row, endOf('lapsed', moved, context))
    const line = approvalLine(row, 'approval.decide', 'lapsed', { because: moved })
    return done({ approvalId: row.id, status: 'lapsed', because: moved }, line)
  }
  await endApproval(tx, row, { ...endOf('approved', note, context), mode: 'second_person' })
  const askedBy = row.askedBy as { id: string; name: string }
  const facts = {
    approvalId: row.id,
    requestedBy: { id: askedBy.id, name: askedBy.name },
    approvedBy: { id: context.actor.id, name: context.actor.name },
    mode: 'second_person' as const,
    reason: row.reason,
  }
  const lines = await carryOut(tx, spec, row, facts, context)
  if ('kind' in lines) return lines
  return done({ approvalId: row.id, status: 'approved', because: null }, ...lines)
}

/** What is another than when it was asked for, as a sentence; null when nothing is. */
export async function whatMoved(
  tx: Tx,
  row: ApprovalRow,
  context: Pick<Context, 'now'>,
): Promise<string | null> {
  const spec = kindSpecs[row.kind as ApprovalKind]
  if (!spec) return 'This kind of approval is not known any more'
  const now = await spec.seen(tx, spec.input.parse(row.input), context)
  if (isRefused(now)) return now.refusal.because
  if (stateDigest(now.state) === row.seenDigest) return null
  const before = seenOf(row).state
  const changes = Object.keys(now.state).filter((key) => now.state[key] !== before[key])
  const words = changes.map((key) => `${key} was ${say(before[key])}, is ${say(now.state[key])}`)
  return `The world moved since it was asked for: ${words.join('; ')}`
}

const say = (value: string | number | boolean | null | undefined) =>
  value === null || value === undefined ? 'none' : String(value)

/** Takes a request back. Taken back already, nothing changes. */
export const cancelApproval = command({
  name: 'approval.cancel',
  capability: 'view',
  input: z.strictObject({ approvalId: z.string() }),
  agent: agentOf,
  async run(tx, { approvalId }, context) {
    const row = await lockRow(tx, approvalId)
    if (!row) return refuse('missing', 'There is no such approval')
    if (row.status === 'cancelled') return unchanged({ approvalId })
    const why = whyNotCancel(toApproval(row), context.actor)
    if (why) return refuse(row.status === 'waiting' ? 'forbidden' : 'not_now', why)
    await endApproval(tx, row, endOf('cancelled', null, context))
    return done({ approvalId }, approvalLine(row, 'approval.cancel', 'cancelled'))
  },
})

/** Ends an approval whose time is over, or whose world has moved. For the guard; asked again, nothing changes. */
export const settleApproval = command({
  name: 'approval.settle',
  capability: 'approval.decide',
  input: z.strictObject({ approvalId: z.string() }),
  agent: agentOf,
  async run(tx, { approvalId }, context) {
    const row = await lockRow(tx, approvalId)
    if (!row || row.status !== 'waiting') return unchanged({ approvalId })
    const isOver = context.now >= row.expiresAt
    const because = isOver ? 'Nobody decided in time' : await whatMoved(tx, row, context)
    if (because === null) return unchanged({ approvalId })
    const status = isOver ? 'expired' : 'lapsed'
    await endApproval(tx, row, endOf(status, because, context))
    // What the policy asked for it asks for again, once the gate is open again.
    if (row.rolloutId && row.askedById === policyActor.id)
      await tx.rollout.updateMany({ where: { id: row.rolloutId }, data: { approvalAskedAt: null } })
    return done({ approvalId }, approvalLine(row, 'approval.settle', status, { because }))
  },
})

/** Held to the end of the transaction: two who decide at once go one after the other. */
async function lockRow(tx: Tx, approvalId: string): Promise<ApprovalRow | null> {
  await tx.$executeRaw`SELECT 1 FROM approval WHERE id = ${approvalId} FOR UPDATE`
  return await tx.approval.findUnique({ where: { id: approvalId } })
}

function endOf<Status extends string>(status: Status, because: string | null, context: Context) {
  return { status, by: context.actor, because, now: context.now }
}
