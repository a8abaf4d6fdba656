import type { Metadata } from 'next'
import { ApprovalsScreen } from '#components/approval/ApprovalsScreen.tsx'
import { Page } from '#components/shell/Page.tsx'
import { Ignored } from '#components/ui/Ignored.tsx'
import { approvalsAddress } from '#lib/address/approvals.ts'
import { type Given, readAddress } from '#lib/address/readAddress.ts'
import { requireActor } from '#lib/auth.ts'
import { paths, withQuery } from '#lib/paths.ts'
import { readApprovals } from '#lib/views/approvals.ts'

export const metadata: Metadata = { title: 'Approvals' }

export default async function ApprovalsPage({ searchParams }: { searchParams: Promise<Given> }) {
  const given = await searchParams
  const actor = await requireActor(withQuery(paths.approvals(), given))
  const view = await readApprovals(actor, new Date())
  return (
    <Page crumbs={[{ label: 'Approvals' }]}>
      <Ignored words={readAddress(approvalsAddress, given).ignored} />
      <ApprovalsScreen initial={view} />
    </Page>
  )
}
