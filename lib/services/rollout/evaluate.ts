import { z } from 'zod'
import type { AuditLine } from '#lib/domain/audit.ts'
import { because } from '#lib/domain/decision/because.ts'
import type { Check } from '#lib/domain/decision/check.ts'
import {
  decide,
  type Decision,
  type DecisionState,
  edition,
  startEvidence,
} from '#lib/domain/decision/decide.ts'
import { policyForDecision } from '#lib/domain/decision/policyForDecision.ts'
import { gate } from '#lib/domain/gate.ts'
import { formatVersionRef } from '#lib/domain/name.ts'
import { dueAt } from '#lib/domain/observation/due.ts'
import { currentStage, isWatched } from '#lib/domain/rollout.ts'
import { edgesOf } from '#lib/domain/tally.ts'
import { readTally } from '#lib/store/tallies.ts'
import { enqueue } from '#lib/store/jobs.ts'
import { announceChange } from '#lib/store/notices.ts'
import { nextWrong } from '#lib/store/observations.ts'
import { findRollout, moveRollout, readFallback, type RolloutState } from '#lib/store/rollouts.ts'
import { firstBadRun } from '#lib/store/runs.ts'
import type { Tx } from '#lib/store/transaction.ts'
import { oweHeld } from '../slack/owe.ts'
import { writeAsked } from '../approval/ask.ts'
import { isRefused } from '../approval/kind.ts'
import { promoteKind } from '../approval/kinds/promote.ts'
import { approvalLine } from '../approval/row.ts'
import { command, type Context } from '../command.ts'
import type { Outcome } from '#lib/domain/decision/reasons.ts'
import { fromJson, toJson } from '#lib/store/json.ts'
import { type Done, done, type Refused, refuse, type Unchanged, unchanged } from '../outcome.ts'
import { enterStage } from './enterStage.ts'
import { executeRollback } from './executeRollback.ts'
import { movedSentence, rolloutAgent } from './subject.ts'
import { type TakenCheck, takeCheck } from './takeCheck.ts'

/** The least pause before a look at what was not due at this one, in milliseconds. */
const againMs = 50
/** The same while a share is not seen in force. */
const pendingMs = 500

/** How far back "the stable's recent p95" looks. */
const recentMs = 600_000

/** What a look came to; null when there was nothing to look at. */
export interface Evaluated {
  readonly outcome: Outcome | null
}

/**
 * One look at the evidence of a watched rollout: takes the observations that are due, decides, writes the decision down, and carries
 * it out in the same transaction: roll back on stop, the next stage when the gate is open. The policy is the actor.
 */
export const evaluateRollout = command({
  name: 'rollout.evaluate',
  capability: 'rollout.rollback',
  input: z.object({ rolloutId: z.string() }),
  agent: rolloutAgent,
  async run(tx, { rolloutId }, context): Promise<Done<Evaluated> | Unchanged<Evaluated> | Refused> {
    const found = await findRollout(tx, rolloutId, true)
    if (!found) return refuse('missing', 'No such rollout')
    const after = found.rollout.recovery === 'verifying'
    if (!after && !isWatched(found.rollout, context.now)) return unchanged({ outcome: null })

    const evidence = evidenceNow(found, context.now)
    const taken = await takeCheck(tx, found, evidence.since, context.now)
    // While recovery is being proven, only a candidate run that went wrong is a signal: the same one again.
    if (after && !taken.freshBadAt) return unchanged({ outcome: null })
    const looked = await look(tx, found, { ...evidence, taken }, context)
    await lookAgain(tx, rolloutId, taken, context.now)
    const acted = await act(tx, looked, context)
    if (!acted) return refuse('stale', movedSentence)
    await announceChange(tx, { agent: found.rollout.agent, rollout: rolloutId })
    return done({ outcome: looked.decision.outcome }, looked.audit, ...acted)
  },
})

interface Looked {
  readonly state: RolloutState
  readonly decision: Decision
  readonly decisionId: string
  readonly sentence: string
  /** When the first of the candidate's runs that this check counts went wrong. */
  readonly freshBadAt: Date | null
  /** When the evidence began. */
  readonly since: Date
  readonly lacks: string | null
  readonly audit: AuditLine
}

/**
 * Why it was decided; and where evidence is missing or something else keeps the next stage shut, which runs could not be
 * counted and what to change.
 */
function told(decision: Decision, since: Date, { doubtful, lacks }: TakenCheck): string {
  const sentence = because(decision, (seconds) => clockOf(since, seconds))
  const isMissing = decision.outcome === 'hold' && missingReasons.has(decision.reason)
  const isShut = decision.outcome === 'allow' && lacks !== null
  return (isMissing || isShut) && doubtful.sentence !== '' ? `${sentence} ${doubtful.sentence}` : sentence
}

const missingReasons: ReadonlySet<Decision['reason']> = new Set([
  'candidate_silent',
  'telemetry_outage',
  'insufficient_data',
])

interface EvidenceNow {
  readonly state: DecisionState
  readonly since: Date
}

/** Where the evidence stands. That of another edition of the engine begins anew, and takes twice as much. */
function evidenceNow({ row, rollout }: RolloutState, now: Date): EvidenceNow {
  const state = fromJson.evidence(row.evidence)
  if (state.edition === edition) return { state, since: row.evidenceSince }
  return { state: startEvidence(policyForDecision(rollout.policy), 1), since: now }
}

async function look(
  tx: Tx,
  state: RolloutState,
  { state: before, since, taken }: EvidenceNow & { readonly taken: TakenCheck },
  context: Context,
): Promise<Looked> {
  const { rollout, row } = state
  const { check } = taken
  const result = decide(policyForDecision(rollout.policy), before, check)
  const sentence = told(result.decision, since, taken)
  const decisionId = context.newId('rn')
  const number = row.checkCount + 1

  await tx.decision.create({
    data: {
      id: decisionId,
      rolloutId: rollout.id,
      agent: rollout.agent,
      number,
      at: context.now,
      policyNumber: rollout.policyNumber,
      stage: currentStage(rollout).name,
      weightBp: rollout.weightBp,
      check: toJson(check),
      outcome: result.decision.outcome,
      reason: result.decision.reason,
      because: sentence,
      decision: toJson(result.decision),
      evidence: result.decision.evidence,
    },
  })
  const recently = await readTally(
    tx,
    rollout.agent,
    rollout.stable,
    new Date(context.now.getTime() - recentMs),
    context.now,
  )
  await tx.rollout.update({
    where: { id: rollout.id },
    data: {
      evidence: toJson(result.state),
      checkCount: number,
      checkedAt: context.now,
      evidenceSince: since,
      decisionId,
      wentOn: false,
      doubtfulRuns: taken.doubtful.total,
      lacks: taken.lacks,
      ...edgesOf(recently, taken.newestMs),
    },
  })
  return {
    state,
    decision: result.decision,
    decisionId,
    sentence,
    freshBadAt: taken.freshBadAt,
    since,
    lacks: taken.lacks,
    audit: auditOf(state, decisionId, check, result.decision, sentence),
  }
}

/** Whatever went wrong and is not due yet is judged at the moment it is, and not at the next look by the clock. */
async function lookAgain(
  tx: Tx,
  rolloutId: string,
  { timing, isPending }: TakenCheck,
  now: Date,
): Promise<void> {
  const waiting = await nextWrong(tx, rolloutId)
  if (waiting.length === 0) return
  const due = waiting.map(({ use, startedAt, endedAt }) => dueAt(use, timing, { startedAt, endedAt }))
  const at = new Date(Math.max(Math.min(...due), now.getTime() + (isPending ? pendingMs : againMs)))
  await enqueue(tx, 'evaluate', { rolloutId }, { at, keepDue: true })
}

/** What the decision asks for, and the lines about it; null when somebody moved the rollout meanwhile. */
async function act(tx: Tx, looked: Looked, context: Context): Promise<readonly AuditLine[] | null> {
  const { state, decision, decisionId, sentence } = looked
  const { rollout } = state
  if (decision.outcome === 'stop') {
    const reason = decision.reason
    if (reason === null) throw new Error('A stop without a reason')
    const detectedAt = await detectedSince(tx, looked)
    const result = await executeRollback(
      tx,
      state,
      { reason, because: sentence, decisionId, detectedAt },
      context,
    )
    switch (result.kind) {
      case 'executed':
      case 'already':
        return result.audit
      case 'refused':
        return [
          {
            ...looked.audit,
            action: 'rollout.rollback',
            outcome: 'refused',
            reason: result.plan.code,
            details: { because: result.plan.because },
          },
        ]
      case 'stale':
        return null
      default:
        return result satisfies never
    }
  }
  if (decision.outcome === 'hold' && decision.reason === 'approval_required') {
    await oweHeld(tx, state, sentence, context)
  }
  const next = gate({ ...rollout, lacks: looked.lacks }, decision.outcome === 'allow', context.now)
  if (next.kind === 'closed') return []
  const candidate = await readFallback(tx, rollout.agent, rollout.candidate)
  if (candidate.locked) return []
  if (next.kind === 'approval') return await askApproval(tx, state, context)

  const entry = await enterStage(tx, rollout, next.stageIndex, context)
  return (await moveRollout(tx, rollout, entry.changes)) ? [entry.audit] : null
}

/** All but a person's word is there: the policy asks for it, once. */
async function askApproval(
  tx: Tx,
  { rollout }: RolloutState,
  context: Context,
): Promise<readonly AuditLine[] | null> {
  if (rollout.approvalAskedAt) return []
  const moved = await moveRollout(tx, rollout, { approvalAskedAt: context.now })
  if (!moved) return null
  const input = { rolloutId: rollout.id }
  const seen = await promoteKind.seen(tx, input, context)
  if (isRefused(seen)) return []
  const reason = 'The evidence and the time are there; the stage asks for a person'
  const asked = { kind: 'promote' as const, agent: rollout.agent, input, seen, reason }
  const row = await writeAsked(tx, asked, context)
  // Somebody asked for it first: one waits.
  if (isRefused(row)) return []
  const stage = rollout.policy.stages[rollout.stageIndex + 1]?.name ?? ''
  const line = approvalLine(row, 'approval.ask', 'asked', { reason })
  return [{ ...line, stage, policyVersion: rollout.policyNumber }]
}

/** When the first candidate run went wrong of those that the stopping question speaks of. */
async function detectedSince(
  tx: Tx,
  { state: { rollout }, decision, freshBadAt, since }: Looked,
): Promise<Date | null> {
  const windowBegan = new Date(since.getTime() + decision.window.since * 1000)
  const latencyLimit =
    rollout.policy.triggers.find((trigger) => trigger.metric === 'latency_p95_ms')?.limit ?? null
  const found = await firstBadRun(tx, rollout.agent, rollout.candidate, windowBegan, latencyLimit)
  // A run came in before it was counted, and so perhaps before the check at which the alarm window begins.
  if (!found || !freshBadAt) return found ?? freshBadAt
  return freshBadAt < found ? freshBadAt : found
}

function auditOf(
  { rollout }: RolloutState,
  decisionId: string,
  check: Check,
  decision: Decision,
  sentence: string,
): AuditLine {
  return {
    action: 'decision',
    agent: rollout.agent,
    rollout: rollout.id,
    ...(rollout.incidentId ? { incident: rollout.incidentId } : {}),
    runId: decisionId,
    outcome: decision.outcome,
    reason: decision.reason,
    fromVersion: formatVersionRef({ agent: rollout.agent, version: rollout.candidate }),
    toVersion: formatVersionRef({ agent: rollout.agent, version: rollout.stable }),
    stage: currentStage(rollout).name,
    ...(rollout.switchStatus ? { switchStatus: rollout.switchStatus } : {}),
    policyVersion: rollout.policyNumber,
    details: { because: sentence, check, evidences: decision.evidences, question: decision.question },
  }
}

function clockOf(since: Date, seconds: number): string {
  return new Date(since.getTime() + seconds * 1000).toISOString().slice(11, 19)
}
