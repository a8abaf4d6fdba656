import { figure, metricWord } from '#lib/domain/metric.ts'
import { metrics } from '#lib/domain/policy.ts'
import type { Rollout } from '#lib/domain/rollout.ts'
import { readFigures } from '#lib/store/runs.ts'
import type { Tx } from '#lib/store/transaction.ts'

/** What speaks for a candidate and against it now, as lines: the decision's sentence, and each metric beside its limit. */
export async function evidenceOf(tx: Tx, rollout: Rollout, because: string | null): Promise<string[]> {
  const since = rollout.startedAt
  const candidate = await readFigures(tx, rollout.agent, rollout.candidate, since)
  const stable = await readFigures(tx, rollout.agent, rollout.stable, since)
  const lines = metrics.flatMap((metric) => {
    const limit = rollout.policy.triggers.find((trigger) => trigger.metric === metric)?.limit
    if (limit === undefined) return []
    const [tried, held] = [candidate.rates[metric], stable.rates[metric]].map((value) =>
      value === null ? 'nothing' : figure(metric, value),
    )
    return [
      `${metricWord(metric)}: ${tried} on ${rollout.candidate}, ${held} on ${rollout.stable}; limit ${figure(metric, limit)}`,
    ]
  })
  const runs = `${candidate.runs} runs of ${rollout.candidate} and ${stable.runs} of ${rollout.stable} so far`
  return [...(because === null ? [] : [because]), ...lines, runs]
}
