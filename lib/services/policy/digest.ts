import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { defaultPolicy, laterFields, metrics, type Policy } from '#lib/domain/policy.ts'
import { byName } from '#lib/domain/policyMetrics.ts'

/**
 * `sha256:` and hex: the same for the same policy, whichever document it came from. A field that policies of before do
 * not have is left out where it has its default, so that theirs stays what it was.
 */
export function policyDigest(policy: Policy): string {
  const ordered = inOrder(policy)
  const byDefault: Policy = inOrder(defaultPolicy)
  const said = Object.entries(ordered).filter(
    ([key]) => !laterFields.some((field) => field === key && isSame(ordered[field], byDefault[field])),
  )
  return `sha256:${createHash('sha256')
    .update(canonicalize(Object.fromEntries(said)) ?? '')
    .digest('hex')}`
}

function isSame(a: unknown, b: unknown): boolean {
  return canonicalize(a) === canonicalize(b)
}

/** With every list that is a set in one order. */
function inOrder(policy: Policy): Policy {
  return {
    ...policy,
    triggers: [...policy.triggers].sort((a, b) => metrics.indexOf(a.metric) - metrics.indexOf(b.metric)),
    scores: byName(policy.scores),
    tools: byName(policy.tools),
    shares: byName(policy.shares),
    cancelled: [...policy.cancelled].sort(),
  }
}
