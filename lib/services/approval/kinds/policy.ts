import type { z } from 'zod'
import { refuse } from '../../outcome.ts'
import { policyDigest } from '../../policy/digest.ts'
import { livePolicy, loosenedBy } from '../../policy/keep.ts'
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
    const looser = await loosenedBy(tx, input.agent, read.policy)
    if (!live || looser.length === 0)
      return refuse('not_now', 'This loosens nothing: it can be published as it is')
    return {
      subject: input.agent,
      title: `Loosen the policy of ${input.agent}`,
      state: { policyInForce: live.number, asked: policyDigest(read.policy) },
      evidence: looser.map(({ path, before, after }) => `${path}: ${before} → ${after}`),
      before: `Policy ${live.number} is in force`,
      after: `The next rollout may be less strict in ${looser.length === 1 ? 'one thing' : `${looser.length} things`}`,
    }
  },
  async execute(tx, input, context) {
    const read = readPolicy(input)
    if ('kind' in read) return read
    return await putInForce(tx, { ...input, reason: context.approval.reason }, read, context)
  },
})
