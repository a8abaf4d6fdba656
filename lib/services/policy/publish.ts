import { z } from 'zod'
import { loosenings } from '#lib/domain/policyLoosening.ts'
import { announceChange } from '#lib/store/notices.ts'
import type { Tx } from '#lib/store/transaction.ts'
import { command, type Context } from '../command.ts'
import { type Done, done, type Refused, refuse, type Unchanged, unchanged } from '../outcome.ts'
import { readRolloutDocument, type RolloutDocument } from './document.ts'
import { keepPolicy, livePolicy, refuseLoosening } from './keep.ts'

export interface Published {
  readonly agent: string
  readonly number: number
}

export const policyInput = z.strictObject({
  agent: z.string(),
  document: z.strictObject({ yaml: z.string().max(100_000, 'at most 100,000 characters') }),
  reason: z.string().trim().max(2000).optional(),
})
type PolicyInput = z.infer<typeof policyInput>

/** The agent of a policy; null when there is none such. */
export async function policyAgent(tx: Tx, { agent }: { agent: string }): Promise<string | null> {
  return (await tx.agent.findUnique({ where: { name: agent } }))?.name ?? null
}

/** Puts a policy in force that loosens nothing. One that loosens takes a second person: `askApproval` of kind `policy`. */
export const publishPolicy = command({
  name: 'policy.publish',
  capability: 'policy.edit',
  input: policyInput,
  agent: policyAgent,
  async run(tx, input, context): Promise<Done<Published> | Unchanged<Published> | Refused> {
    const read = readPolicy(input)
    if ('kind' in read) return read
    const live = await livePolicy(tx, input.agent)
    const looser = loosenings(live?.policy ?? null, read.policy)
    if (looser.length > 0) return refuseLoosening(looser, live?.number ?? null, context.actor)
    return await putInForce(tx, input, read, context)
  },
})

/** The policy of a document, or why it is none of this agent's. */
export function readPolicy({ agent, document }: PolicyInput): RolloutDocument | Refused {
  const read = readRolloutDocument(document)
  if (!read.ok) {
    const because = read.errors.map((error) => `${error.path}: expected ${error.expected}`).join('; ')
    return refuse('bad_input', because, read.errors)
  }
  if (read.value.stable.agent === agent) return read.value
  const path = 'rollback.stable_version'
  const error = { path, given: read.value.stable.agent, expected: `a version of ${agent}` }
  return refuse('bad_input', `${path}: expected ${error.expected}`, [error])
}

/** Puts it in force for the next rollout; the one that is under way keeps the policy it was started with. */
export async function putInForce(
  tx: Tx,
  { agent, reason }: PolicyInput,
  document: RolloutDocument,
  context: Context,
): Promise<Done<Published> | Unchanged<Published>> {
  await tx.$queryRaw`SELECT name FROM agent WHERE name = ${agent} FOR UPDATE`
  const before = await livePolicy(tx, agent)
  const number = await keepPolicy(tx, document, context)
  if (before?.number === number) return unchanged({ agent, number })
  await tx.agent.update({ where: { name: agent }, data: { livePolicy: number, version: { increment: 1 } } })
  await announceChange(tx, { agent })
  return done(
    { agent, number },
    {
      action: 'policy.publish',
      agent,
      outcome: 'published',
      policyVersion: number,
      details: { before: before?.number ?? null, policy: document.policy, reason: reason ?? null },
    },
  )
}
