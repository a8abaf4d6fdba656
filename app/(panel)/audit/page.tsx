import type { Metadata } from 'next'
import { AuditScreen } from '#components/audit/AuditScreen.tsx'
import { NotAllowed } from '#components/shell/NotAllowed.tsx'
import { Page } from '#components/shell/Page.tsx'
import { requireActor } from '#lib/auth.ts'
import { may } from '#lib/domain/actor.ts'
import { paths } from '#lib/paths.ts'
import { parseAuditFilter, readAudit, readAuditChoices } from '#lib/views/audit.ts'

export const metadata: Metadata = { title: 'Audit' }

interface AuditProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function AuditRecordPage({ searchParams }: AuditProps) {
  const { before: _page, ...filter } = parseAuditFilter(await searchParams)
  const actor = await requireActor(`${paths.audit()}?${new URLSearchParams(filter)}`)
  if (!may(actor, 'audit.read')) {
    return (
      <Page crumbs={[{ label: 'Audit' }]}>
        <NotAllowed what="the record" />
      </Page>
    )
  }
  const [initial, choices] = await Promise.all([readAudit(filter, actor), readAuditChoices(actor)])
  return (
    <Page crumbs={[{ label: 'Audit' }]}>
      <AuditScreen key={JSON.stringify(filter)} filter={filter} choices={choices} initial={initial} />
    </Page>
  )
}
