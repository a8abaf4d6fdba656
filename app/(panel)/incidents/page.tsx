import type { Metadata } from 'next'
import { IncidentsScreen } from '#components/now/IncidentsScreen.tsx'
import { Page } from '#components/shell/Page.tsx'
import { requireActor } from '#lib/auth.ts'
import { paths } from '#lib/paths.ts'
import { readIncidents } from '#lib/views/incidents.ts'

export const metadata: Metadata = { title: 'Incidents' }

export default async function IncidentsPage() {
  const actor = await requireActor(paths.incidents())
  const view = await readIncidents(actor)
  return (
    <Page crumbs={[{ label: 'Incidents' }]}>
      <IncidentsScreen initial={view} />
    </Page>
  )
}
