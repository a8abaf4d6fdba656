import type { Metadata } from 'next'
import { IncidentsScreen } from '#components/now/IncidentsScreen.tsx'
import { Page } from '#components/shell/Page.tsx'
import { Ignored } from '#components/ui/Ignored.tsx'
import { incidentsAddress, readIncidentConditions } from '#lib/address/incidents.ts'
import { type Given, readAddress } from '#lib/address/readAddress.ts'
import { requireActor } from '#lib/auth.ts'
import { paths, withQuery } from '#lib/paths.ts'
import { readIncidents } from '#lib/views/incidents.ts'

export const metadata: Metadata = { title: 'Incidents' }

export default async function IncidentsPage({ searchParams }: { searchParams: Promise<Given> }) {
  const given = await searchParams
  const actor = await requireActor(withQuery(paths.incidents(), given))
  const { wishes, ignored } = readAddress(incidentsAddress, given)
  const view = await readIncidents({ ...readIncidentConditions(given), before: null }, actor)
  return (
    <Page crumbs={[{ label: 'Incidents' }]}>
      <Ignored words={ignored} />
      <IncidentsScreen wishes={wishes} initial={view} />
    </Page>
  )
}
