'use client'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Route } from 'lucide-react'
import Link from 'next/link'
import { PageTitle } from '#components/shell/Page.tsx'
import { Moment } from '#components/time/RelativeTime.tsx'
import { Banner } from '#components/ui/Banner.tsx'
import { Button } from '#components/ui/Button.tsx'
import { Card } from '#components/ui/Card.tsx'
import { EmptyState } from '#components/ui/EmptyState.tsx'
import { Mono } from '#components/ui/Mono.tsx'
import { Older } from '#components/ui/Older.tsx'
import type { RunsWishes } from '#lib/address/runs.ts'
import { paths } from '#lib/paths.ts'
import { runsQuery } from '#lib/queries/runs.ts'
import type { RunChoices, RunsPage } from '#lib/views/runs.ts'
import { RunFilters } from './RunFilters.tsx'
import { RunsTable } from './RunsTable.tsx'

interface RunsScreenProps {
  readonly wishes: RunsWishes
  readonly choices: RunChoices
  readonly initial: RunsPage
}

/** The runs of one agent, the newest to arrive first. */
export function RunsScreen({ wishes, choices, initial }: RunsScreenProps) {
  const conditions = Object.fromEntries(
    Object.entries(wishes).filter((entry): entry is [string, string] => entry[1] !== null),
  )
  const query = useInfiniteQuery({
    ...runsQuery(initial.agent, conditions),
    initialData: { pages: [initial], pageParams: [null] },
  })
  const { pages } = query.data
  const runs = pages.flatMap((page) => page.runs)
  const isNarrowed = Object.keys(conditions).length > 0
  const searchedTo = pages.at(-1)?.searchedTo ?? null
  return (
    <>
      <PageTitle
        title="Runs"
        lede={
          <>
            Every run of <Mono>{initial.agent}</Mono>, the newest to arrive first.
            {pages.length > 1 && ' The list does not renew itself while older runs are shown.'}
          </>
        }
      />
      {(runs.length > 0 || isNarrowed) && <RunFilters choices={choices} />}
      {query.isError && (
        <div className="mb-4">
          <Banner tone="stop" title="The runs could not be read again.">
            What is shown may be old.{' '}
            <button type="button" className="underline" onClick={() => query.refetch()}>
              Try again
            </button>
          </Banner>
        </div>
      )}
      <Card className="overflow-hidden">
        {runs.length === 0 ? (
          <Nothing agent={initial.agent} isNarrowed={isNarrowed} searchedTo={searchedTo} />
        ) : (
          <RunsTable agent={initial.agent} runs={runs} />
        )}
      </Card>
      {searchedTo === null ? (
        <Older
          more={query.hasNextPage}
          loading={query.isFetchingNextPage}
          shown={runs.length}
          noun="runs"
          end={isNarrowed ? 'No older run fits.' : 'End of list'}
          onMore={() => void query.fetchNextPage()}
        />
      ) : (
        <div className="mt-4 flex flex-wrap items-center justify-center gap-x-3 gap-y-2 text-sm text-ink-2">
          <span role="status">
            One search looks at 10,000 runs; this one reached <Moment at={searchedTo} />.
          </span>
          <Button
            size="sm"
            aria-disabled={query.isFetchingNextPage}
            onClick={() => query.isFetchingNextPage || void query.fetchNextPage()}
          >
            {query.isFetchingNextPage ? 'Searching…' : 'Search older runs'}
          </Button>
        </div>
      )}
    </>
  )
}

interface NothingProps {
  readonly agent: string
  readonly isNarrowed: boolean
  readonly searchedTo: string | null
}

function Nothing({ agent, isNarrowed, searchedTo }: NothingProps) {
  if (isNarrowed) {
    return (
      <EmptyState icon={Route} title={searchedTo ? 'No run fits so far' : 'No run fits'}>
        {searchedTo ? 'Search older runs, or remove a filter.' : 'Remove a filter.'}
      </EmptyState>
    )
  }
  return (
    <EmptyState icon={Route} title="No run yet">
      A run appears here as soon as the agent’s telemetry arrives.{' '}
      <Link href={paths.settings.connect(agent)} className="underline underline-offset-2">
        Connect the agent
      </Link>
    </EmptyState>
  )
}
