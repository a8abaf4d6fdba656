import type { Policy } from './policy.ts'

/** The metrics that a user names, as the rollout document says them in full. */
export function namedSections({ scores, feedback, tools, shares, cancelled }: Policy) {
  return {
    scores: Object.fromEntries(scores.map(({ name, ...rule }) => [name, rule])),
    feedback,
    tools: Object.fromEntries(tools.map(({ name, ...rule }) => [name, rule])),
    shares: Object.fromEntries(shares.map(({ name, ...rule }) => [name, rule])),
    cancelled: [...cancelled],
  }
}
