'use client'
import { useQuery } from '@tanstack/react-query'
import { LoaderCircle } from 'lucide-react'
import { useState } from 'react'
import { WatchTheDemo } from '#components/demo/WatchTheDemo.tsx'
import { PageTitle } from '#components/shell/Page.tsx'
import { RelativeTime } from '#components/time/RelativeTime.tsx'
import { Mono } from '#components/ui/Mono.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { paths } from '#lib/paths.ts'
import { connectQuery } from '#lib/queries/connect.ts'
import { decisionSnippets } from '#lib/snippets/decisions.ts'
import { tokenPlaceholder } from '#lib/snippets/snippet.ts'
import { traceSnippets } from '#lib/snippets/traces.ts'
import type { ConnectStart, ConnectView } from '#lib/views/connect.ts'
import { Arrivals } from './Arrivals.tsx'
import { type Named, NameStep } from './NameStep.tsx'
import { ReleaseStep } from './ReleaseStep.tsx'
import { SnippetTabs } from './SnippetTabs.tsx'
import { StepCard } from './StepCard.tsx'

export interface ConnectScreenProps {
  readonly start: ConnectStart
  /** What the address of the page names. */
  readonly initial: { readonly named: Named; readonly view: ConnectView | null } | null
}

/** From a name to the first run received, in one page. */
export function ConnectScreen({ start, initial }: ConnectScreenProps) {
  const [named, setNamed] = useState(initial?.named ?? null)
  const [token, setToken] = useState<string | null>(null)
  const isKnown = token !== null || start.agents.includes(named?.agent ?? '')
  const { data: view } = useQuery({
    ...connectQuery(named?.agent ?? ''),
    enabled: named !== null && isKnown,
    ...(initial?.view && initial.view.agent === named?.agent ? { initialData: initial.view } : {}),
  })
  const take = (next: Named) => {
    setNamed(next)
    // So that the page is the same one after a reload, but for the token.
    globalThis.history.replaceState(null, '', paths.settings.connect(next.agent, next.version))
  }
  const subject = named && { ...named, edgeUrl: start.edgeUrl, token: token ?? tokenPlaceholder }
  return (
    <>
      <PageTitle
        title={named ? `Connect ${named.agent}` : 'Connect an agent'}
        lede="A name and a token, a first run, and the question which version to run."
        aside={start.agents.length === 0 && <WatchTheDemo />}
      />
      <ol className="grid max-w-[54rem] grid-cols-[minmax(0,1fr)] gap-4">
        <StepCard number={1} title="Name the agent, make its token" done={token !== null}>
          <NameStep
            named={named}
            token={token}
            known={start.agents}
            whyNotToken={start.whyNotToken}
            onNamed={take}
            onToken={(next, secret) => {
              take(next)
              setToken(secret)
            }}
          />
        </StepCard>
        <StepCard number={2} title="Send a first run" done={(view?.arrived.length ?? 0) > 0}>
          {subject ? (
            <>
              {token === null && <PasteToken />}
              <SnippetTabs label="Send a run" snippets={traceSnippets(subject)} />
            </>
          ) : (
            <Later />
          )}
          {view && <Arrivals view={view} />}
          {named && !isKnown && (
            <p className="text-sm text-hold">
              No agent is registered as <Mono>{named.agent}</Mono>: its runs would be turned away.
            </p>
          )}
        </StepCard>
        <StepCard number={3} title="Ask which version to run" done={isAsked(view)}>
          {subject ? (
            <SnippetTabs label="Ask for the version" snippets={decisionSnippets(subject)} />
          ) : (
            <Later />
          )}
          {view && <Asked view={view} />}
        </StepCard>
        {view && (
          <StepCard number={4} title="Release the next version under guard" done={view.whyNoStart === null}>
            <ReleaseStep view={view} />
          </StepCard>
        )}
      </ol>
    </>
  )
}

const isAsked = (view: ConnectView | undefined) => Boolean(view && (view.asked || view.instances > 0))

function Later() {
  return <p className="text-ink-2">What to copy stands here as soon as the agent has a name.</p>
}

function PasteToken() {
  return (
    <p className="text-sm text-ink-2">
      Where <Mono>{tokenPlaceholder}</Mono> stands, your token goes: it is shown once, when it is made.
    </p>
  )
}

/** Whether anybody asked: by the edge, or by our SDK, which asks nobody and reports. */
function Asked({ view: { agent, asked, instances, stableVersion } }: { view: ConnectView }) {
  return (
    <div role="status" className="grid gap-2 rounded-lg border border-line bg-sunken p-3.5">
      {asked && (
        <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
          <StateChip tone="allow">asked</StateChip>
          <span>
            {asked.count === 1 ? 'once' : `${asked.count.toLocaleString('en')} times`},{' '}
            <RelativeTime at={asked.lastAt} />
          </span>
        </p>
      )}
      {instances > 0 && (
        <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
          <StateChip tone="allow">reporting</StateChip>
          <span>{instances === 1 ? 'one process' : `${instances} processes`} with our SDK</span>
        </p>
      )}
      {!asked && instances === 0 && (
        <p className="flex items-center gap-2">
          <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin text-ink-3" />
          <span>
            Waiting for somebody to ask for the version of <Mono>{agent}</Mono>…
          </span>
        </p>
      )}
      {stableVersion === null && (
        <p className="text-sm text-ink-2">
          The answer is the version in your own code until a stable version is adopted.
        </p>
      )}
    </div>
  )
}
