import { z } from 'zod'
import { may, needsStepUp } from '#lib/domain/actor.ts'
import { type ApprovalKind, approvalKinds, approvalMs, brokenGlassMs } from '#lib/domain/approval.ts'
import type { Approval as ApprovalRow } from '#lib/store/generated/client.ts'
import type { Tx } from '#lib/store/transaction.ts'
import { type Command, command, type CommandOptions, type Context } from '../command.ts'
import { type Done, done, type Outcome, type Refused, refuse } from '../outcome.ts'
import type { Actor } from '#lib/domain/actor.ts'
import { toJson } from '#lib/store/json.ts'
import { oweApproval, oweBrokenGlass } from '../slack/owe.ts'
import { isAlone } from './alone.ts'
import { carryOut } from './carryOut.ts'
import { isRefused, type Kind, type Seen } from './kind.ts'
import { kindSpecs } from './kinds.ts'
import { announceApproval, approvalLine, endApproval, seenOf, stateDigest, whoIs } from './row.ts'

export interface Asked {
  readonly approvalId: string
  /** `waiting` for a second person, or `approved` and done at once. */
  readonly status: 'waiting' | 'approved'
}

/** `alone` and `break_glass` do it at once; each has its conditions. */
const ways = ['second_person', 'alone', 'break_glass'] as const

const outer = z.strictObject({
  kind: z.enum(approvalKinds),
  input: z.record(z.string(), z.unknown()),
  reason: z.string().trim().min(1, 'why it should be done').max(2000),
  way: z.enum(ways).default('second_person'),
})

type AskInput = Omit<z.infer<typeof outer>, 'input'> & { input: unknown }

/**
 * Asks for what takes a second person. Somebody who is alone does it at once with a recent sign-in and a reason, marked
 * as such; who breaks the glass to roll back as well, loudly, and owes a review.
 */
export async function askApproval(
  given: unknown,
  actor: Actor,
  options: CommandOptions = {},
): Promise<Outcome<Asked>> {
  const named = (given as { kind?: unknown } | null)?.kind
  const kind = approvalKinds.find((each) => each === named)
  if (kind) return await askers[kind](given, actor, options)
  const error = {
    path: 'kind',
    given: typeof named === 'string' ? named : null,
    expected: approvalKinds.join(', '),
  }
  return {
    ok: false,
    refusal: { code: 'bad_input', because: 'There is no such kind of approval', errors: [error] },
  }
}

const askers = Object.fromEntries(approvalKinds.map((kind) => [kind, askerOf(kind)])) as Record<
  ApprovalKind,
  Command<Asked>
>

function askerOf(kind: ApprovalKind): Command<Asked> {
  const spec = kindSpecs[kind]
  return command<AskInput, Asked>({
    name: 'approval.ask',
    capability: spec?.askCapability ?? 'approval.decide',
    input: outer.extend({ input: spec?.input ?? z.unknown() }),
    agent: async (tx, { input }) => (await spec?.agent(tx, input)) ?? null,
    async run(tx, { input, reason, way }, context): Promise<Done<Asked> | Refused> {
      if (!spec) return refuse('missing', `Nothing of the kind ${kind} can be asked for`)
      if (context.actor.kind !== 'person') return refuse('forbidden', 'Only a person can ask for an approval')
      const seen = await spec.seen(tx, input, context)
      if (isRefused(seen)) return seen
      const agent = (await spec.agent(tx, input)) ?? ''
      const why = await whyNotThisWay(tx, way, kind, agent, context)
      if (why) return why
      const atOnce = way !== 'second_person'
      const row = await writeAsked(tx, { kind, agent, input, seen, reason, atOnce }, context)
      if (isRefused(row)) return row
      const asked = approvalLine(row, 'approval.ask', 'asked', { reason })
      if (way === 'second_person') return done({ approvalId: row.id, status: 'waiting' }, asked)
      const mode = way === 'alone' ? 'single_operator' : 'break_glass'
      return await doAtOnce(tx, spec, row, mode, reason, context, asked)
    },
  })
}

async function doAtOnce(
  tx: Tx,
  spec: Kind,
  row: ApprovalRow,
  mode: 'single_operator' | 'break_glass',
  reason: string,
  context: Context,
  asked: ReturnType<typeof approvalLine>,
): Promise<Done<Asked> | Refused> {
  const facts = {
    approvalId: row.id,
    requestedBy: { id: context.actor.id, name: context.actor.name },
    approvedBy: null,
    mode,
    reason,
  }
  await endApproval(tx, row, {
    status: 'approved',
    mode,
    by: context.actor,
    because: reason,
    now: context.now,
  })
  const lines = await carryOut(tx, spec, row, facts, context)
  if ('kind' in lines) return lines
  if (mode === 'break_glass') await oweBrokenGlass(tx, row, context)
  return done({ approvalId: row.id, status: 'approved' }, asked, ...lines)
}

/** Why this way is not open to the actor; null when it is. */
async function whyNotThisWay(
  tx: Tx,
  way: (typeof ways)[number],
  kind: ApprovalKind,
  agent: string,
  { actor, now }: Context,
): Promise<Refused | null> {
  if (way === 'second_person') return null
  if (way === 'alone' && !(await isAlone(tx, actor.id, agent))) {
    return refuse('approval_needed', 'There is a second person who may approve: ask them')
  }
  if (way === 'break_glass') {
    if (kind !== 'rollback') return refuse('forbidden', 'The glass is broken only to roll back')
    if (!may(actor, 'rollout.break_glass', agent))
      return refuse('forbidden', 'Your role cannot break the glass')
    if (await isGlassBroken(tx, actor.id, agent, now)) return null
  }
  return needsStepUp(actor, now)
    ? refuse('step_up', 'Enter your password again: this takes a recent sign-in')
    : null
}

/** Whether this person broke the glass for this agent within the last hour. */
async function isGlassBroken(tx: Tx, personId: string, agent: string, now: Date): Promise<boolean> {
  const since = new Date(now.getTime() - brokenGlassMs)
  const broken = await tx.approval.count({
    where: { mode: 'break_glass', askedById: personId, agent, endedAt: { gt: since } },
  })
  return broken > 0
}

/** Writes an approval down as waiting. One that waits for the same, and whose world has moved, gives way. */
export async function writeAsked(
  tx: Tx,
  asked: {
    readonly kind: ApprovalKind
    readonly agent: string
    readonly input: unknown
    readonly seen: Seen
    readonly reason: string
    /** It is done without waiting: what waits for the same is settled with it. */
    readonly atOnce?: boolean
  },
  { actor, now, newId }: Context,
): Promise<ApprovalRow | Refused> {
  const { kind, agent, input, seen, reason } = asked
  const waitingKey = `${kind}:${seen.subject}`
  const before = await tx.approval.findUnique({ where: { waitingKey } })
  const stands = before?.seenDigest === stateDigest(seen.state) && now < before.expiresAt
  if (before && stands && !asked.atOnce) {
    const by = (before.askedBy as { name: string }).name
    return refuse('exists', `${by} asked for this already: ${seenOf(before).title}`)
  }
  if (before) {
    const status = now < before.expiresAt ? 'lapsed' : 'expired'
    await endApproval(tx, before, {
      status,
      by: actor,
      because: asked.atOnce ? 'It was done without it' : 'It was asked for again',
      now,
    })
  }
  const row = await tx.approval.create({
    data: {
      id: newId('ap'),
      kind,
      agent,
      subject: seen.subject,
      rolloutId: seen.rolloutId ?? null,
      incidentId: seen.incidentId ?? null,
      title: seen.title,
      input: toJson(input),
      seen: toJson(seen),
      seenDigest: stateDigest(seen.state),
      reason,
      askedAt: now,
      askedById: actor.id,
      askedBy: whoIs(actor),
      expiresAt: new Date(now.getTime() + approvalMs),
      status: 'waiting',
      waitingKey,
    },
  })
  await announceApproval(tx, row)
  if (!asked.atOnce) await oweApproval(tx, row, kindSpecs[kind]?.stepUp ?? false, { actor, now, newId })
  return row
}
