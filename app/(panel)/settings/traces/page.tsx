import type { Metadata } from 'next'
import { SettingsPage } from '#components/settings/SettingsPage.tsx'
import { NotAllowed } from '#components/shell/NotAllowed.tsx'
import { TracesScreen } from '#components/traces/TracesScreen.tsx'
import { requireActor } from '#lib/auth.ts'
import { mayForAll } from '#lib/domain/actor.ts'
import { paths } from '#lib/paths.ts'
import { readTraces } from '#lib/views/traces.ts'

export const metadata: Metadata = { title: 'Traces' }

export default async function TracesPage() {
  const actor = await requireActor(paths.settings.traces())
  const allowed = mayForAll(actor, 'settings.edit')
  return (
    <SettingsPage href={paths.settings.traces()}>
      {allowed ? <TracesScreen view={await readTraces()} /> : <NotAllowed what="the links to traces" />}
    </SettingsPage>
  )
}
