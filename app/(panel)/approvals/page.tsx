import type { Metadata } from 'next'
import { ApprovalsScreen } from '#components/approval/ApprovalsScreen.tsx'
import { Page } from '#components/shell/Page.tsx'
import { requireActor } from '#lib/auth.ts'
import { paths } from '#lib/paths.ts'
import { readApprovals } from '#lib/views/approvals.ts'

export const metadata: Metadata = { title: 'Approvals' }

export default async function ApprovalsPage() {
  const actor = await requireActor(paths.approvals())
  const view = await readApprovals(actor, new Date())
  return (
    <Page crumbs={[{ label: 'Approvals' }]}>
      <ApprovalsScreen initial={view} />
    </Page>
  )
}
