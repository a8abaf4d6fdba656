import type { Actor } from '#lib/domain/actor.ts'
import type { Policy } from '#lib/domain/policy.ts'
import type { Loosening } from '#lib/domain/policyLoosening.ts'
import type { Prisma } from '#lib/store/generated/client.ts'
import { fromJson } from '#lib/store/json.ts'
import type { Tx } from '#lib/store/transaction.ts'
import type { Context } from '../command.ts'
import { type Refused, refuse } from '../outcome.ts'
import { policyDigest } from './digest.ts'
import type { RolloutDocument } from './document.ts'
import { policyDocument } from './write.ts'

/** The same policy is the same policy version; another one gets the next number. Answers with it. */
export async function keepPolicy(tx: Tx, document: RolloutDocument, context: Context): Promise<number> {
  const agent = document.stable.agent
  const digest = policyDigest(document.policy)
  const kept = await tx.policyVersion.findUnique({ where: { agent_digest: { agent, digest } } })
  if (kept) return kept.number
  const newest = await tx.policyVersion.aggregate({ where: { agent }, _max: { number: true } })
  const number = (newest._max.number ?? 0) + 1
  await tx.policyVersion.create({
    data: {
      agent,
      number,
      digest,
      policy: JSON.parse(JSON.stringify(document.policy)) as Prisma.InputJsonObject,
      document: policyDocument(document.policy, document.stable, document.candidate),
      createdAt: context.now,
      createdBy: context.actor.name,
      createdById: context.actor.id,
    },
  })
  return number
}

/** The policy in force for this agent; null before its first. */
export async function livePolicy(tx: Tx, agent: string): Promise<{ number: number; policy: Policy } | null> {
  const row = await tx.agent.findUnique({ where: { name: agent } })
  if (row?.livePolicy === null || row?.livePolicy === undefined) return null
  const key = { agent_number: { agent, number: row.livePolicy } }
  const version = await tx.policyVersion.findUniqueOrThrow({ where: key })
  return { number: version.number, policy: fromJson.policy(version.policy) }
}

/**
 * Loosening takes a second person, whoever asks: which keys, what is in force, what was asked, and what to do. `inForce`
 * is the number of the policy in force; null before an agent's first.
 */
export function refuseLoosening(looser: readonly Loosening[], inForce: number | null, actor: Actor): Refused {
  const measure =
    inForce === null
      ? 'what a first policy may be without a second person'
      : `policy ${inForce}, which is in force`
  const words = looser.map(({ path, before, after }) => `${path}: ${before} → ${after}`).join('; ')
  const who =
    actor.kind === 'person'
      ? 'Ask for it on the agent’s policy page: a second person has to approve it.'
      : 'A token cannot loosen: a person publishes the looser policy on the agent’s policy page, a second person ' +
        'approves it, and then this can be started.'
  const errors = looser.map(({ path, before, after }) => ({
    path,
    given: after,
    expected: `at most as loose as ${inForce === null ? 'the default gates' : 'the policy in force'}: ${before}`,
  }))
  return refuse('approval_needed', `This is looser than ${measure} (${words}). ${who}`, errors)
}
