import { z } from 'zod'
import { startEvidence } from '#lib/domain/decision/decide.ts'
import { policyForDecision } from '#lib/domain/decision/policyForDecision.ts'
import { formatVersionRef } from '#lib/domain/name.ts'
import { loosenings } from '#lib/domain/policyLoosening.ts'
import { basisPoints, currentStage } from '#lib/domain/rollout.ts'
import { whyNot } from '#lib/domain/whyNot.ts'
import type { Prisma } from '#lib/store/generated/client.ts'
import { toJson } from '#lib/store/json.ts'
import { announceChange } from '#lib/store/notices.ts'
import { orderPeriod } from '#lib/store/periods.ts'
import { nextRevision } from '#lib/store/revision.ts'
import { readFallback } from '#lib/store/rollouts.ts'
import { readStartNotes } from '#lib/store/startNotes.ts'
import type { Tx } from '#lib/store/transaction.ts'
import { command, type Context } from '../command.ts'
import { done, refuse } from '../outcome.ts'
import { readRolloutDocument, type RolloutDocument } from '../policy/document.ts'
import { keepPolicy, livePolicy, refuseLoosening } from '../policy/keep.ts'

/** Starts the guarded passage of a candidate, from the document of a rollout as YAML text or as JSON. */
export const startRollout = command({
  name: 'rollout.start',
  capability: 'rollout.start',
  input: z.object({
    agent: z.string(),
    document: z.union([z.object({ yaml: z.string() }), z.object({ json: z.unknown() })]),
  }),
  async agent(tx, input) {
    const agent = await tx.agent.findUnique({ where: { name: input.agent } })
    return agent ? agent.name : null
  },
  async run(tx, input, context) {
    // Held to the end: two starts for one agent go one after the other, and the policy in force stays the same.
    await tx.$queryRaw`SELECT name FROM agent WHERE name = ${input.agent} FOR UPDATE`
    const inForce = await livePolicy(tx, input.agent)
    const read = readRolloutDocument(input.document, inForce?.policy)
    if (!read.ok) return refuse('bad_input', sentence(read.errors), read.errors)
    const { stable, candidate } = read.value
    if (stable.agent !== input.agent) {
      const error = {
        path: 'rollback.stable_version',
        given: formatVersionRef(stable),
        expected: `a version of ${input.agent}`,
      }
      return refuse('bad_input', sentence([error]), [error])
    }

    const why = whyNot.start(await startFacts(tx, input.agent, stable.version, candidate.version))
    if (why) return refuse('not_now', why)

    // What a rollout brings is in force from then on. Whoever starts it, and whatever else they may do, it loosens nothing.
    const looser = loosenings(inForce?.policy ?? null, read.value.policy)
    if (looser.length > 0 && context.actor.kind !== 'system') {
      return refuseLoosening(looser, inForce?.number ?? null, context.actor)
    }

    const rolloutId = context.newId('ro')
    const policyNumber = await keepPolicy(tx, read.value, context)
    const rollout = newRollout(rolloutId, read.value, policyNumber, context)
    await tx.rollout.create({ data: rollout })
    await tx.agent.update({ where: { name: input.agent }, data: { livePolicy: policyNumber } })
    // The stable of this rollout may be the candidate of the last: from now on that one cannot be rolled back.
    await tx.rollout.updateMany({
      where: { agent: input.agent, rollbackWindowEndsAt: { gt: context.now } },
      data: { rollbackWindowEndsAt: context.now },
    })
    const rev = await nextRevision(tx, context.now)
    await orderPeriod(tx, { rolloutId, weightBp: rollout.weightBp, rev, now: context.now })
    await announceChange(tx, { agent: input.agent, rollout: rolloutId })

    const about = { agent: input.agent, stable: stable.version, policy: read.value.policy }
    const notes = [...read.value.notes, ...(await readStartNotes(tx, about, context.now))]
    return done(
      { rolloutId, notes },
      {
        action: 'rollout.start',
        agent: input.agent,
        rollout: rolloutId,
        outcome: 'started',
        fromVersion: formatVersionRef(stable),
        toVersion: formatVersionRef(candidate),
        stage: currentStage({ policy: read.value.policy, stageIndex: 0 }).name,
        policyVersion: policyNumber,
        details: {
          policy: read.value.policy,
          notes,
          loosened: looser.map((each) => each.path),
        },
      },
    )
  },
})

function sentence(errors: readonly { path: string; expected: string }[]): string {
  return errors.map((error) => `${error.path}: expected ${error.expected}`).join('; ')
}

async function startFacts(tx: Tx, agent: string, stable: string, candidate: string) {
  const fallback = await readFallback(tx, agent, stable)
  const tried = await readFallback(tx, agent, candidate)
  const row = await tx.agent.findUniqueOrThrow({ where: { name: agent } })
  const live = await tx.rollout.findUnique({ where: { liveKey: agent } })
  return {
    stable: { ...fallback, name: stable },
    candidate: { ...tried, name: candidate },
    agentStable: row.stableVersion,
    liveRolloutId: live?.id ?? null,
  }
}

function newRollout(
  id: string,
  { stable, candidate, policy }: RolloutDocument,
  policyNumber: number,
  { actor, now }: Context,
): Prisma.RolloutCreateInput {
  return {
    id,
    agent: stable.agent,
    stable: stable.version,
    candidate: candidate.version,
    phase: 'progressing',
    stageIndex: 0,
    stageEnteredAt: now,
    weightBp: basisPoints(currentStage({ policy, stageIndex: 0 }).weightPercent),
    policyNumber,
    salt: id,
    startedAt: now,
    startedBy: { kind: actor.kind, id: actor.id, name: actor.name },
    liveKey: stable.agent,
    evidence: toJson(startEvidence(policyForDecision(policy))),
    evidenceSince: now,
  }
}
