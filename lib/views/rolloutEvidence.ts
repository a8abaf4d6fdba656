import type { Count } from '#lib/domain/decision/check.ts'
import type { Decision, DecisionState } from '#lib/domain/decision/decide.ts'
import { questionLabel, questionParts } from '#lib/domain/decision/labels.ts'
import { policyForDecision } from '#lib/domain/decision/policyForDecision.ts'
import { questionsOf as askedBy } from '#lib/domain/decision/questions.ts'
import { percent } from '#lib/domain/metric.ts'
import type { Metric, Policy } from '#lib/domain/policy.ts'
import type { Decision as DecisionRow } from '#lib/store/generated/client.ts'

/** What the questions say now. */
export interface QuestionView {
  /** `limit.errors`; see `questionsOf` of the engine. */
  readonly question: string
  readonly label: string
  /** The metric whose figures stand beside it; null where none of the four does. */
  readonly metric: Metric | null
  /** The limit in that metric's unit, or null for a comparison with the stable. */
  readonly limit: number | null
  /** How much worse than the stable still counts as the same; null for a limit, and for silence. */
  readonly tolerance: number | null
  readonly evidence: number
  readonly threshold: number
  /** How the candidate and the stable did in the first runs of their conversations; null where none carried it. */
  readonly seen: { readonly candidate: Seen; readonly stable: Seen } | null
  readonly verdict: 'stop' | 'rising' | 'over' | 'no_data' | 'within' | 'muted'
}

/** The bad share of so many runs, and the figure in words; null without runs. */
export interface Seen {
  readonly runs: number
  readonly figure: string | null
}

/** A decision as the stream shows it; equal ones that follow each other are one row. */
export interface DecisionLine {
  readonly id: string
  readonly outcome: string
  readonly reason: string | null
  readonly because: string
  readonly from: string
  readonly to: string
  readonly count: number
}

const metricOf: Readonly<Record<string, Metric>> = {
  errors: 'error_rate',
  late: 'latency_p95_ms',
  slow: 'latency_p95_ms',
  tool_failures: 'tool_failure_rate',
  tool_failed_runs: 'tool_failure_rate',
  spend: 'cost_per_run_usd',
  costlier: 'cost_per_run_usd',
}

/** The questions that are asked under this policy, the strongest evidence first; `rates` are the candidate's figures. */
export function questionsOf(
  decision: Decision | null,
  policy: Policy,
  rates: Readonly<Record<Metric, number | null>>,
  first: DecisionState['first'] | null = null,
): QuestionView[] {
  if (!decision) return []
  const { watch } = policyForDecision(policy)
  return askedBy(policyForDecision(policy))
    .filter(({ id }) => id in decision.evidences)
    .map(({ id, kind, metric: rule }): QuestionView => {
      const metric = metricOf[questionParts(id).metric] ?? null
      const limit = kind === 'limit' ? (limitOf(policy, metric) ?? rule?.limit ?? null) : null
      const evidence = decision.evidences[id] ?? 1
      return {
        question: id,
        label: questionLabel(id),
        metric,
        limit,
        tolerance: kind === 'versus' || kind === 'later' ? policy.tolerance : null,
        evidence,
        threshold: decision.threshold,
        seen: kind === 'silence' ? null : seenOf(questionParts(id).metric, first),
        verdict: verdictOf(decision, id, { watch, isOver: isOver(metric && rates[metric], limit) }),
      }
    })
    .sort((a, b) => b.evidence - a.evidence)
}

function seenOf(metric: string, first: DecisionState['first'] | null): QuestionView['seen'] {
  const counts = first?.metrics[metric]
  if (!counts) return null
  return { candidate: seen(metric, counts.candidate), stable: seen(metric, counts.stable) }
}

/** A score as its mean, everything else as the share that was bad. */
function seen(metric: string, [bad, runs]: Count): Seen {
  if (runs === 0) return { runs, figure: null }
  return { runs, figure: metric.startsWith('score.') ? (1 - bad / runs).toFixed(2) : percent(bad / runs) }
}

function limitOf(policy: Policy, metric: Metric | null): number | null {
  return policy.triggers.find((trigger) => trigger.metric === metric)?.limit ?? null
}

function isOver(rate: number | null, limit: number | null): boolean {
  return rate !== null && limit !== null && rate > limit
}

/** A metric without data, or over its limit, is never called fine. */
function verdictOf(
  decision: Decision,
  question: string,
  { watch, isOver }: { readonly watch: number; readonly isOver: boolean },
): QuestionView['verdict'] {
  const evidence = decision.evidences[question] ?? 1
  if (evidence >= decision.threshold) return 'stop'
  if (decision.muted.some((muted) => muted.question === question)) return 'muted'
  if (evidence >= watch) return 'rising'
  if (decision.lacking.includes(questionParts(question).metric)) return 'no_data'
  return isOver ? 'over' : 'within'
}

/** Newest first. Allows, and holds for one reason, are folded into one row each as long as nothing comes between. */
export function foldDecisions(
  rows: readonly Pick<DecisionRow, 'id' | 'at' | 'outcome' | 'reason' | 'because'>[],
): DecisionLine[] {
  const folded: DecisionLine[] = []
  for (const row of rows) {
    const at = row.at.toISOString()
    const last = folded.at(-1)
    if (last && last.outcome === row.outcome && last.reason === row.reason && row.outcome !== 'stop') {
      folded[folded.length - 1] = { ...last, from: at, count: last.count + 1 }
    } else {
      folded.push({
        id: row.id,
        outcome: row.outcome,
        reason: row.reason,
        because: row.because,
        from: at,
        to: at,
        count: 1,
      })
    }
  }
  return folded
}
