'use client'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Siren } from 'lucide-react'
import { PageTitle } from '#components/shell/Page.tsx'
import { Banner } from '#components/ui/Banner.tsx'
import { Card } from '#components/ui/Card.tsx'
import { EmptyState } from '#components/ui/EmptyState.tsx'
import { Older } from '#components/ui/Older.tsx'
import { LongList } from '#components/ui/LongList.tsx'
import type { IncidentsWishes } from '#lib/address/incidents.ts'
import { incidentsQuery } from '#lib/queries/incidents.ts'
import type { IncidentsView } from '#lib/views/incidents.ts'
import { IncidentFilters } from './IncidentFilters.tsx'
import { IncidentRow } from './IncidentRow.tsx'
import { PrecisionTable } from './PrecisionTable.tsx'

interface IncidentsScreenProps {
  readonly wishes: IncidentsWishes
  readonly initial: IncidentsView
}

/** Every stop that fits, newest first. */
export function IncidentsScreen({ wishes, initial }: IncidentsScreenProps) {
  const conditions = Object.fromEntries(
    Object.entries(wishes).filter((entry): entry is [string, string] => entry[1] !== null),
  )
  const query = useInfiniteQuery({
    ...incidentsQuery(conditions),
    initialData: { pages: [initial], pageParams: [null] },
  })
  const incidents = query.data.pages.flatMap((page) => page.incidents)
  const { total, open, fitting, agents, precision } = query.data.pages[0] ?? initial
  const isNarrowed = Object.keys(conditions).length > 0
  return (
    <>
      <PageTitle title="Incidents" lede={ledeOf({ total, open, fitting }, isNarrowed)} />
      {(total > 0 || isNarrowed) && <IncidentFilters agents={agents} />}
      {query.isError && (
        <div className="mb-4">
          <Banner tone="stop" title="The incidents could not be read again.">
            What is shown may be old.{' '}
            <button type="button" className="underline" onClick={() => query.refetch()}>
              Try again
            </button>
          </Banner>
        </div>
      )}
      <Card className="overflow-hidden">
        {incidents.length === 0 ? (
          <EmptyState icon={Siren} title={isNarrowed ? 'No incident fits' : 'No incident'}>
            {isNarrowed
              ? 'Take a condition away.'
              : 'Every stop opens one, with what was seen, what was decided, and how it recovered.'}
          </EmptyState>
        ) : (
          <LongList
            label="Incidents"
            items={incidents}
            keyOf={({ id }) => id}
            rowHeight={66}
            row={(incident) => <IncidentRow incident={incident} />}
          />
        )}
      </Card>
      <Older
        more={query.hasNextPage}
        loading={query.isFetchingNextPage}
        shown={incidents.length}
        noun="incidents"
        end={isNarrowed ? 'No older incident fits.' : 'This was the first.'}
        onMore={() => void query.fetchNextPage()}
      />
      {precision.length > 0 && <PrecisionTable rows={precision} />}
    </>
  )
}

function ledeOf(
  { total, open, fitting }: Pick<IncidentsView, 'total' | 'open' | 'fitting'>,
  isNarrowed: boolean,
): string {
  if (total === 0) return 'Nothing was ever stopped.'
  const all = `${openWords(open)}; ${total} in all.`
  return isNarrowed ? `${all} ${fitting} ${fitting === 1 ? 'fits' : 'fit'} what is asked for.` : all
}

function openWords(open: number): string {
  if (open === 0) return 'None is open'
  return open === 1 ? 'One is open' : `${open} are open`
}
