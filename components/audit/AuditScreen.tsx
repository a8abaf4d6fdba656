'use client'
import { useInfiniteQuery } from '@tanstack/react-query'
import { ScrollText } from 'lucide-react'
import { PageTitle } from '#components/shell/Page.tsx'
import { Banner } from '#components/ui/Banner.tsx'
import { Card } from '#components/ui/Card.tsx'
import { EmptyState } from '#components/ui/EmptyState.tsx'
import { Older } from '#components/ui/Older.tsx'
import { auditQuery } from '#lib/queries/audit.ts'
import type { AuditChoices, AuditPage } from '#lib/views/audit.ts'
import { AuditFilters } from './AuditFilters.tsx'
import { EntryList } from './EntryList.tsx'
import { ExportLinks } from './ExportLinks.tsx'
import { useVerification, VerifyButton, VerifyResult } from './VerifyRecord.tsx'

export interface AuditScreenProps {
  /** As in the address, without the page. */
  readonly filter: Readonly<Record<string, string>>
  readonly choices: AuditChoices
  readonly initial: AuditPage
}

/** The record, newest first. */
export function AuditScreen({ filter, choices, initial }: AuditScreenProps) {
  const query = useInfiniteQuery({
    ...auditQuery(filter),
    initialData: { pages: [initial], pageParams: [null] },
  })
  const { state, verify } = useVerification()
  const entries = query.data.pages.flatMap((page) => page.entries)
  const filtered = Object.keys(filter).length > 0
  return (
    <>
      <PageTitle
        title="Audit"
        lede="Every decision and every act, newest first. Each entry holds the hash of the one before it, so that none can be changed unseen."
      />
      <div className="mb-4 flex flex-wrap gap-2">
        <VerifyButton running={state.kind === 'running'} onVerify={() => void verify()} />
        <ExportLinks filter={filter} />
      </div>
      <VerifyResult state={state} about={Number(initial.entries[0]?.position ?? 0)} />
      <AuditFilters filter={filter} choices={choices} />
      {query.isError && (
        <div className="mb-4">
          <Banner tone="stop" title="The record could not be read again.">
            What is shown may be old.{' '}
            <button type="button" className="underline" onClick={() => query.refetch()}>
              Try again
            </button>
          </Banner>
        </div>
      )}
      <Card className="overflow-hidden">
        {entries.length === 0 ? (
          <EmptyState icon={ScrollText} title={filtered ? 'No entry fits' : 'Nothing has happened yet'}>
            {filtered ? 'Take a condition away.' : 'The first act writes the first entry.'}
          </EmptyState>
        ) : (
          <EntryList entries={entries} />
        )}
      </Card>
      <Older
        more={query.hasNextPage}
        loading={query.isFetchingNextPage}
        shown={entries.length}
        noun="entries"
        end="This is where the record begins."
        onMore={() => void query.fetchNextPage()}
      />
    </>
  )
}
