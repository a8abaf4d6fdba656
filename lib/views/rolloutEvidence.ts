import type { Decision } from '#lib/domain/decision/decide.ts'
import {
  type Family,
  familyOf,
  type Question,
  questionLabels,
  questions,
} from '#lib/domain/decision/questions.ts'
import type { Metric, Policy } from '#lib/domain/policy.ts'
import type { Decision as DecisionRow } from '#lib/store/generated/client.ts'

/** What the nine questions say now. */
export interface QuestionView {
  readonly question: Question
  readonly label: string
  /** The metric whose figures stand beside it; null for silence. */
  readonly metric: Metric | null
  /** The limit, or null for a comparison with the stable. */
  readonly limit: number | null
  /** How much worse than the stable still counts as the same; null for a limit, and for silence. */
  readonly tolerance: number | null
  readonly evidence: number
  readonly bar: number
  readonly verdict: 'stop' | 'rising' | 'fine' | 'muted'
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

const metricOf: Record<Family, Metric | null> = {
  errors: 'error_rate',
  latency: 'latency_p95_ms',
  tools: 'tool_failure_rate',
  cost: 'cost_per_run_usd',
  silence: null,
}

/** The questions that are asked under this policy, the strongest evidence first. */
export function questionsOf(decision: Decision | null, policy: Policy, watch: number): QuestionView[] {
  if (!decision) return []
  const views = questions.map((question): QuestionView => {
    const metric = metricOf[familyOf[question]]
    const isLimit = question.startsWith('limit.')
    const limit = isLimit
      ? (policy.triggers.find((trigger) => trigger.metric === metric)?.limit ?? null)
      : null
    const evidence = decision.evidences[question]
    const isMuted = decision.muted.some((muted) => muted.question === question)
    return {
      question,
      label: questionLabels[question],
      metric,
      limit,
      tolerance: question.startsWith('versus.') ? policy.tolerance : null,
      evidence,
      bar: decision.bar,
      verdict: verdictOf(evidence, decision.bar, watch, isMuted),
    }
  })
  return views
    .filter((view) => !view.question.startsWith('limit.') || view.limit !== null)
    .sort((a, b) => b.evidence - a.evidence)
}

function verdictOf(evidence: number, bar: number, watch: number, isMuted: boolean): QuestionView['verdict'] {
  if (evidence >= bar) return 'stop'
  if (isMuted) return 'muted'
  return evidence >= watch ? 'rising' : 'fine'
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
