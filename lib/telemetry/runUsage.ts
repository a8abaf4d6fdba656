import type { Price } from '#lib/domain/price.ts'
import { type Cost, costOfPart, sumOfCosts } from './cost.ts'
import { type Frame, hasUsage } from './family.ts'
import type { SpanPart } from './spans.ts'

/** What a run used and what it cost, with all that was spent in it. */
export interface RunUsage extends Cost {
  readonly inputTokens: number
  readonly outputTokens: number
  /** Of the input: what came from a cache. Null when nobody said. */
  readonly cachedInputTokens: number | null
  /** Of the output: what the model thought. Null when nobody said. */
  readonly reasoningTokens: number | null
}

/** What was spent in a run, and whether anybody said. */
export interface Spent extends RunUsage {
  readonly isTold: boolean
}

/**
 * From the model calls of the run; from the run itself, or else the agents in it that are nobody's run, only
 * where none of its own model calls says anything. What its sub-agents spent is added; a run that tells
 * nothing but its own total may have counted them in it, so then the greater of the two is taken.
 */
export function spentOf(frame: Frame, ofInner: readonly Spent[], prices: readonly Price[]): Spent {
  const { head, spent } = frame
  const inner = ofInner.filter((each) => each.isTold)
  const calls = spent
    .filter(({ part, toldByCall }) => part.kind === 'inference' && hasUsage(part) && !toldByCall)
    .map(({ part }) => part)
  if (calls.length > 0) return toldBy(head, sumOf([...calls.map((part) => spentBy(part, prices)), ...inner]))
  if (hasUsage(head)) {
    const own = spentBy(head, prices)
    return inner.length === 0 ? own : greaterOf(own, sumOf(inner))
  }
  const agents = spent
    .filter(({ part, toldByAgent }) => part.kind === 'run' && hasUsage(part) && !toldByAgent)
    .map(({ part }) => spentBy(part, prices))
  return sumOf([...agents, ...inner])
}

/** What the run says it cost counts where its calls do not say it. */
function toldBy(head: SpanPart, sum: Spent): Spent {
  const { costUsd } = head
  if (costUsd === null || (sum.costUsd !== null && !sum.costEstimated)) return sum
  return { ...sum, costUsd, costUncachedUsd: costUsd, costEstimated: false, unpriced: [] }
}

function greaterOf(own: Spent, inner: Spent): Spent {
  const cost = own.costUsd !== null && (inner.costUsd === null || own.costUsd >= inner.costUsd) ? own : inner
  return {
    isTold: true,
    inputTokens: Math.max(own.inputTokens, inner.inputTokens),
    outputTokens: Math.max(own.outputTokens, inner.outputTokens),
    cachedInputTokens: greater(own.cachedInputTokens, inner.cachedInputTokens),
    reasoningTokens: greater(own.reasoningTokens, inner.reasoningTokens),
    costUsd: cost.costUsd,
    costUncachedUsd: cost.costUncachedUsd,
    costEstimated: cost.costEstimated,
    unpriced: cost.unpriced,
  }
}

function greater(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b)
}

/** The most that the count of one run can be: what 31 bits hold. */
const tokensMax = 2 ** 31 - 1

function sumOf(all: readonly Spent[]): Spent {
  const total = (key: 'inputTokens' | 'outputTokens') =>
    Math.min(
      all.reduce((sum, each) => sum + each[key], 0),
      tokensMax,
    )
  const known = (key: 'cachedInputTokens' | 'reasoningTokens') => {
    const said = all.flatMap((each) => each[key] ?? [])
    return said.length === 0
      ? null
      : Math.min(
          said.reduce((sum, each) => sum + each, 0),
          tokensMax,
        )
  }
  return {
    isTold: all.length > 0,
    inputTokens: total('inputTokens'),
    outputTokens: total('outputTokens'),
    cachedInputTokens: known('cachedInputTokens'),
    reasoningTokens: known('reasoningTokens'),
    ...sumOfCosts(all),
  }
}

function spentBy(part: SpanPart, prices: readonly Price[]): Spent {
  return {
    isTold: true,
    inputTokens: part.inputTokens ?? 0,
    outputTokens: part.outputTokens ?? 0,
    cachedInputTokens: part.cachedInputTokens,
    reasoningTokens: part.reasoningTokens,
    ...costOfPart(part, prices),
  }
}
