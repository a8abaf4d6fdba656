import type { Metadata } from 'next'
import { AuditScreen } from '#components/audit/AuditScreen.tsx'
import { NotAllowed } from '#components/shell/NotAllowed.tsx'
import { Page } from '#components/shell/Page.tsx'
import { Ignored } from '#components/ui/Ignored.tsx'
import { type Given, ignoredOf } from '#lib/address/readAddress.ts'
import { requireActor } from '#lib/auth.ts'
import { may } from '#lib/domain/actor.ts'
import { paths, withQuery } from '#lib/paths.ts'
import { parseAuditFilter, readAudit, readAuditChoices } from '#lib/views/audit.ts'

export const metadata: Metadata = { title: 'Audit' }

interface AuditProps {
  searchParams: Promise<Given>
}

export default async function AuditRecordPage({ searchParams }: AuditProps) {
  const given = await searchParams
  const { before: _page, ...filter } = parseAuditFilter(given)
  const actor = await requireActor(withQuery(paths.audit(), given))
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
      <Ignored words={ignoredOf(given, [...Object.keys(filter), 'before'])} />
      <AuditScreen key={JSON.stringify(filter)} filter={filter} choices={choices} initial={initial} />
    </Page>
  )
}
