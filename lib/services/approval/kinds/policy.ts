import type { z } from 'zod'
import { loosenings } from '#lib/domain/policyLoosening.ts'
import { refuse } from '../../outcome.ts'
import { policyDigest } from '../../policy/digest.ts'
import { livePolicy } from '../../policy/keep.ts'
import { policyAgent, policyInput, putInForce, readPolicy } from '../../policy/publish.ts'
import { approvalKind } from '../kind.ts'

/** Putting a policy in force that is less strict than the one before. */
export const policyKind = approvalKind<z.infer<typeof policyInput>>({
  input: policyInput,
  askCapability: 'policy.edit',
  stepUp: true,
  agent: policyAgent,
  async seen(tx, input) {
    const read = readPolicy(input)
    if ('kind' in read) return read
    const live = await livePolicy(tx, input.agent)
    const looser = loosenings(live?.policy ?? null, read.policy)
    if (looser.length === 0) return refuse('not_now', 'This loosens nothing: it can be published as it is')
    return {
      subject: input.agent,
      title: live ? `Loosen the policy of ${input.agent}` : `Put a first policy in force for ${input.agent}`,
      state: { policyInForce: live?.number ?? null, asked: policyDigest(read.policy) },
      evidence: looser.map(({ path, before, after }) => `${path}: ${before} → ${after}`),
      before: live ? `Policy ${live.number} is in force` : 'No policy is in force yet',
      after: `The next rollout may be less strict in ${looser.length === 1 ? 'one thing' : `${looser.length} things`}`,
    }
  },
  async execute(tx, input, context) {
    const read = readPolicy(input)
    if ('kind' in read) return read
    return await putInForce(tx, { ...input, reason: context.approval.reason }, read, context)
  },
})
