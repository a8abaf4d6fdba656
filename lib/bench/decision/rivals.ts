import { bucketOf } from '#lib/domain/histogram.ts'
import { nearestRank } from '#lib/domain/maturity.ts'
import { isHigher } from './mannWhitney.ts'
import type { SimulatedRun } from './traffic.ts'

/** What other rules make of the same runs, as they come in: each looks once a minute, at the minute before. */

export const rivals = ['flagger', 'argo', 'minute', 'kayenta'] as const
export type Rival = (typeof rivals)[number]

/** One minute of one version; null where no run says anything. */
interface Figures {
  readonly runs: number
  readonly errors: number | null
  readonly p95: number | null
  readonly costUsd: number | null
  readonly tools: number | null
}

export interface Limits {
  readonly errors: number
  readonly latencyMs: number
}

export interface Rivals {
  readonly see: (run: SimulatedRun) => void
  /** When each one stopped the rollout; absent of those that have not. Milliseconds. */
  readonly stops: Readonly<Partial<Record<Rival, number>>>
}

const minuteMs = 60_000
const flaggerChecks = 5
const argoLimit = 3
const judgeEvery = 10
const judged = 30

export function watchAlso(limits: Limits): Rivals {
  const stops: Partial<Record<Rival, number>> = {}
  const series: { readonly candidate: Figures; readonly stable: Figures }[] = []
  let minute = 0
  let current = { candidate: [] as SimulatedRun[], stable: [] as SimulatedRun[] }
  let failed = 0

  function stop(rival: Rival): void {
    stops[rival] ??= (minute + 1) * minuteMs
  }

  function close(): void {
    const figures = { candidate: figuresOf(current.candidate), stable: figuresOf(current.stable) }
    series.push(figures)
    if (isOver(figures.candidate, limits)) failed += 1
    if (failed >= 1) stop('minute')
    if (failed > argoLimit) stop('argo')
    if (failed >= flaggerChecks) stop('flagger')
    if (series.length % judgeEvery === 0 && isWorse(series.slice(-judged))) stop('kayenta')
    current = { candidate: [], stable: [] }
    minute += 1
  }

  return {
    stops,
    see: (run) => {
      if (run.receivedAt < 0) return
      while (run.receivedAt >= (minute + 1) * minuteMs) close()
      current[run.side].push(run)
    },
  }
}

function isOver({ errors, p95 }: Figures, limits: Limits): boolean {
  return (errors ?? 0) > limits.errors || bucketOf(p95 ?? 0) > bucketOf(limits.latencyMs)
}

function isWorse(minutes: readonly { readonly candidate: Figures; readonly stable: Figures }[]): boolean {
  return (['errors', 'p95', 'costUsd', 'tools'] as const).some((figure) =>
    isHigher(
      minutes.flatMap(({ candidate }) => candidate[figure] ?? []),
      minutes.flatMap(({ stable }) => stable[figure] ?? []),
    ),
  )
}

function figuresOf(runs: readonly SimulatedRun[]): Figures {
  const share = (part: number, of: number) => (of > 0 ? part / of : null)
  const sum = (value: (run: SimulatedRun) => number) => runs.reduce((total, run) => total + value(run), 0)
  return {
    runs: runs.length,
    errors: share(
      sum(({ failed }) => Number(failed)),
      runs.length,
    ),
    p95: nearestRank(
      runs.map(({ latencyMs }) => latencyMs),
      0.95,
    ),
    costUsd: share(
      sum(({ costUsd }) => costUsd ?? 0),
      runs.length,
    ),
    tools: share(
      sum(({ tools }) => tools[0]?.failures ?? 0),
      sum(({ tools }) => tools[0]?.calls ?? 0),
    ),
  }
}
