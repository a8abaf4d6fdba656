import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { IncidentScreen } from '#components/incident/IncidentScreen.tsx'
import { Page } from '#components/shell/Page.tsx'
import { Ignored } from '#components/ui/Ignored.tsx'
import { incidentAddress } from '#lib/address/incident.ts'
import { type Given, readAddress } from '#lib/address/readAddress.ts'
import { requireActor } from '#lib/auth.ts'
import { paths, withQuery } from '#lib/paths.ts'
import { readIncident } from '#lib/views/incident.ts'

export const metadata: Metadata = { title: 'Incident' }

interface Props {
  params: Promise<{ incident: string }>
  searchParams: Promise<Given>
}

export default async function IncidentPage({ params, searchParams }: Props) {
  const { incident } = await params
  const given = await searchParams
  const actor = await requireActor(withQuery(paths.incident(incident), given))
  const view = await readIncident(incident, actor, new Date())
  if (!view) notFound()
  return (
    <Page
      crumbs={[
        { label: 'Incidents', href: paths.incidents() },
        { label: view.agent, href: paths.agent(view.agent) },
        { label: `${view.fromVersion} → ${view.toVersion}`, mono: true },
      ]}
    >
      <Ignored words={readAddress(incidentAddress, given).ignored} />
      <IncidentScreen initial={view} />
    </Page>
  )
}
