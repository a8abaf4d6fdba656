import Link from 'next/link'
import type { ReactNode } from 'react'
import { Moment } from '#components/time/RelativeTime.tsx'
import { Mono } from '#components/ui/Mono.tsx'
import { Card } from '#components/ui/Card.tsx'
import { paths } from '#lib/paths.ts'
import type { RunView } from '#lib/views/run.ts'
import { costWords, durationWords } from './words.ts'

/** How long it took, what it used, and what that cost. */
export function RunFigures({ run }: { run: RunView }) {
  const failures = run.tools.reduce((sum, { failures: each }) => sum + each, 0)
  const calls = run.tools.reduce((sum, { calls: each }) => sum + each, 0)
  return (
    <Card>
      <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-card bg-line lg:grid-cols-4">
        <Figure term="Latency" value={durationWords(run.latencyMs)}>
          began <Moment at={run.startedAt} />
        </Figure>
        <Figure
          term="Tool calls"
          value={calls.toLocaleString('en')}
          tone={failures > 0 ? 'text-stop' : undefined}
        >
          {failures > 0 ? `${failures.toLocaleString('en')} failed` : calls > 0 && 'none failed'}
        </Figure>
        <Figure term="Tokens" value={(run.tokens.input + run.tokens.output).toLocaleString('en')}>
          <Tokens tokens={run.tokens} />
        </Figure>
        <Figure term="Cost" value={run.cost.usd === null ? 'unknown' : costWords(run.cost.usd)}>
          <Cost run={run} />
        </Figure>
      </dl>
    </Card>
  )
}

interface FigureProps {
  readonly term: string
  readonly value: string
  readonly tone?: string | undefined
  readonly children?: ReactNode
}

function Figure({ term, value, tone, children }: FigureProps) {
  return (
    <div className="min-w-0 bg-surface px-4 py-3">
      <dt className="text-xs text-ink-3">{term}</dt>
      <dd>
        <span className="block text-lg font-[620] tabular-nums">{value}</span>
        <span className={`block text-xs ${tone ?? 'text-ink-2'}`}>{children}</span>
      </dd>
    </div>
  )
}

function Tokens({ tokens: { input, cached, output, reasoning } }: { tokens: RunView['tokens'] }) {
  const words = (count: number) => count.toLocaleString('en')
  return (
    <>
      <span className="block">
        {words(input)} in{cached !== null && `, ${words(cached)} of them cached`}
      </span>
      <span className="block">
        {words(output)} out{reasoning !== null && `, ${words(reasoning)} of them reasoning`}
      </span>
    </>
  )
}

function Cost({ run: { cost, canEditSettings } }: { run: RunView }) {
  const { usd, estimated, subAgentsUsd, unpriced } = cost
  return (
    <>
      {usd !== null && (
        <span className="block">{estimated ? 'estimated from tokens and prices' : 'as the run says'}</span>
      )}
      {subAgentsUsd !== null && <span className="block">{costWords(subAgentsUsd)} of it by sub-agents</span>}
      {usd === null && unpriced.length === 0 && (
        <span className="block">The run names neither a cost nor tokens of a model.</span>
      )}
      {unpriced.length > 0 && (
        <span className="block">
          No price for{' '}
          {unpriced.map(({ provider, model }, index) => (
            <span key={`${provider} ${model}`}>
              {index > 0 && ', '}
              {model === null ? 'a model without a name' : <Mono>{model}</Mono>}
              {provider !== null && ` of ${provider}`}
            </span>
          ))}
          .{' '}
          {canEditSettings ? (
            <Link href={paths.settings.prices()} className="underline underline-offset-2">
              Add a price
            </Link>
          ) : (
            'An administrator can add one.'
          )}
        </span>
      )}
    </>
  )
}
