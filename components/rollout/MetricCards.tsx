'use client'
import { clsx } from 'clsx'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, Suspense, useEffect, useRef, useState } from 'react'
import { onDemand } from '#components/ui/onDemand.tsx'
import { Section } from '#components/ui/Card.tsx'
import { Segments } from '#components/ui/Segments.tsx'
import { useAddress } from '#components/ui/useAddress.ts'
import { useCalmly } from '#components/ui/useCalmly.ts'
import { whenIdle } from '#components/ui/whenIdle.ts'
import { latePart } from '#components/ui/latePart.tsx'
import { rolloutAddress } from '#lib/address/rollout.ts'
import { figure } from '#lib/domain/metric.ts'
import type { Metric } from '#lib/domain/policy.ts'
import { type SeriesRange, seriesRanges, usualRange } from '#lib/domain/series.ts'
import { seriesQuery } from '#lib/queries/rollout.ts'
import type { RolloutView } from '#lib/views/rollout.ts'
import type { SeriesView } from '#lib/views/rolloutSeries.ts'

// The charts come after the verdict: they are the heaviest part of the page, and the last that anybody needs at night.
const loadChart = () => import('#components/charts/MetricChart.tsx')
/** Fetches them before they are wanted. */
export const prepareCharts = () => void loadChart().catch(() => undefined)
const MetricChart = latePart(async () => (await loadChart()).MetricChart)
const [MetricTable, prepareTable] = onDemand(async () => (await import('./MetricTable.tsx')).MetricTable)

const rangeWords: Record<SeriesRange, string> = { '15m': '15 min', '1h': '1 h', '2h': '2 h', '6h': '6 h' }

const nothingWords: Record<Metric, string> = {
  error_rate: 'No run has finished',
  latency_p95_ms: 'No run has finished',
  tool_failure_rate: 'No tool was called',
  cost_per_run_usd: 'No run has reported a cost',
}

type MetricView = RolloutView['metrics'][number]

/** A tile for each metric: candidate over stable over the limit. */
export function MetricCards({ id, metrics, markers }: Pick<RolloutView, 'id' | 'metrics' | 'markers'>) {
  const [asTable, setAsTable] = useState(false)
  const { wishes, setWishes } = useAddress(rolloutAddress, 'browser')
  const { metric: wished, range } = wishes
  const { data, isError } = useQuery(seriesQuery(id, range ?? usualRange))
  // A metric that this policy does not limit has no chart.
  const large = metrics.find(({ metric }) => metric === wished) ?? null
  const shown = large ? [large] : metrics
  // At the same time as the series, which it waits for.
  useEffect(prepareCharts, [])
  useEffect(() => whenIdle(prepareTable), [])
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 sm:grid-cols-2">
      <div className="flex min-w-0 flex-wrap justify-between gap-2 sm:col-span-2">
        <Segments
          label="Metric"
          value={large?.metric ?? 'all'}
          choices={[['all', 'All'], ...metrics.map(({ metric, label }) => [metric, label] as const)]}
          onChoose={(metric) => setWishes({ metric: metric === 'all' ? null : metric })}
        />
        <Segments
          label="Time range"
          value={range ?? usualRange}
          choices={seriesRanges.map((each) => [each, rangeWords[each]])}
          onChoose={(each) => setWishes({ range: each === usualRange ? null : each })}
        />
      </div>
      {shown.map((metric) => (
        <Section
          key={metric.metric}
          className={large ? 'sm:col-span-2' : undefined}
          title={metric.label}
          aside={<Legend metric={metric} />}
        >
          <div className={clsx('px-2 pb-2', large ? 'h-[300px]' : 'h-[168px]')}>
            <Drawn asTable={asTable} metric={metric} newest={data?.points ?? null} failed={isError}>
              {(drawn) => (
                <Suspense fallback={<Pending />}>
                  <MetricChart
                    metric={metric.metric}
                    label={metric.label}
                    limit={metric.limit}
                    series={drawn}
                    markers={markers}
                  />
                </Suspense>
              )}
            </Drawn>
          </div>
        </Section>
      ))}
      <button
        type="button"
        aria-pressed={asTable}
        onClick={() => setAsTable(!asTable)}
        className="justify-self-start rounded text-xs text-ink-3 underline-offset-2 hover:text-ink hover:underline sm:col-span-2"
      >
        {asTable ? 'Show charts' : 'Show the figures as tables'}
      </button>
    </div>
  )
}

/** What a tile draws: the figures over time, or why they are not there. Whatever a person does meanwhile comes first. */
function Drawn({
  asTable,
  metric,
  newest,
  failed,
  children,
}: {
  readonly asTable: boolean
  readonly metric: MetricView
  readonly newest: SeriesView['points'] | null
  readonly failed: boolean
  readonly children: (points: SeriesView['points']) => ReactNode
}) {
  const place = useRef<HTMLDivElement>(null)
  const points = useCalmly(newest, place)
  const isEmpty = points?.every((point) => isNothing(point, metric.metric))
  return (
    <div ref={place} className="h-full overflow-hidden">
      {points === null && !failed && <Pending />}
      {points === null && failed && (
        <p className="p-3 text-sm text-ink-3">The figures over time could not be read.</p>
      )}
      {isEmpty && <Nothing metric={metric} />}
      {points !== null && !isEmpty && asTable && (
        <MetricTable metric={metric.metric} label={metric.label} series={points} />
      )}
      {points !== null && !isEmpty && !asTable && children(points)}
    </div>
  )
}

/** In place of an empty chart: what is not there, and from where it would be too much. */
function Nothing({ metric: { metric, limit } }: { metric: MetricView }) {
  return (
    <div className="grid h-full place-content-center gap-0.5 p-3 text-center text-sm text-ink-3">
      <p>{nothingWords[metric]} in this time.</p>
      {limit !== null && <p>The limit is {figure(metric, limit)}.</p>}
    </div>
  )
}

function isNothing({ candidate, stable }: SeriesView['points'][number], metric: Metric): boolean {
  return candidate[metric] === null && stable[metric] === null
}

function Pending() {
  return <div className="h-full animate-pulse rounded-lg bg-sunken motion-reduce:animate-none" />
}

function Legend({ metric }: { metric: MetricView }) {
  const isOver = metric.limit !== null && metric.candidate !== null && metric.candidate > metric.limit
  return (
    <span className="inline-flex gap-3 tabular-nums">
      <span className="inline-flex items-center gap-1.5">
        <i aria-hidden className="inline-block w-3.5 border-t-2 border-candidate" />
        <span className="sr-only">candidate</span>
        <b className={clsx('font-semibold', isOver ? 'text-stop' : 'text-ink')}>
          {figure(metric.metric, metric.candidate)}
        </b>
      </span>
      <span className="inline-flex items-center gap-1.5">
        <i aria-hidden className="inline-block w-3.5 border-t-2 border-dotted border-stable" />
        <span className="sr-only">stable</span>
        <span>{figure(metric.metric, metric.stable)}</span>
      </span>
    </span>
  )
}
