import { type Frame, hasUsage } from './family.ts'
import { estimateUsd, type Price } from './price.ts'
import type { SpanPart } from './spans.ts'

/** What a run used and what it cost, with all that was spent in it. */
export interface RunUsage {
  readonly inputTokens: number
  readonly outputTokens: number
  /** Of the input: what came from a cache. Null when nobody said. */
  readonly cachedInputTokens: number | null
  /** Of the output: what the model thought. Null when nobody said. */
  readonly reasoningTokens: number | null
  /** Null when it is not known for the whole of the run. */
  readonly costUsd: number | null
  /** As if nothing had come from a cache; as `costUsd` where the cost was told. */
  readonly costUncachedUsd: number | null
  /** Whether any of the cost was worked out from a list of prices. */
  readonly costEstimated: boolean
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
  return { ...sum, costUsd, costUncachedUsd: costUsd, costEstimated: false }
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
  const cost = (key: 'costUsd' | 'costUncachedUsd') =>
    all.reduce<number | null>(
      (sum, each) => (sum === null || each[key] === null ? null : sum + each[key]),
      all.length === 0 ? null : 0,
    )
  const costUsd = cost('costUsd')
  return {
    isTold: all.length > 0,
    inputTokens: total('inputTokens'),
    outputTokens: total('outputTokens'),
    cachedInputTokens: known('cachedInputTokens'),
    reasoningTokens: known('reasoningTokens'),
    costUsd,
    costUncachedUsd: cost('costUncachedUsd'),
    costEstimated: costUsd !== null && all.some((each) => each.costEstimated),
  }
}

/** What of the usage some emitters tell apart; a part need not have it. */
interface Apart {
  readonly cachedInputTokens?: number | null
  readonly reasoningTokens?: number | null
}

function spentBy(part: SpanPart & Apart, prices: readonly Price[]): Spent {
  const estimate = part.costUsd === null ? estimateOf(part, prices) : null
  const costUsd = part.costUsd ?? estimate
  return {
    isTold: true,
    inputTokens: part.inputTokens ?? 0,
    outputTokens: part.outputTokens ?? 0,
    cachedInputTokens: part.cachedInputTokens ?? null,
    reasoningTokens: part.reasoningTokens ?? null,
    costUsd,
    costUncachedUsd: costUsd,
    costEstimated: estimate !== null,
  }
}

function estimateOf(part: SpanPart, prices: readonly Price[]): number | null {
  if (part.model === null) return null
  const tokens = { input: part.inputTokens ?? 0, output: part.outputTokens ?? 0 }
  return estimateUsd(prices, part.model, new Date(part.startedAt), tokens)
}
