import type { Metadata } from 'next'
import { AlertsScreen } from '#components/alerts/AlertsScreen.tsx'
import { SettingsPage } from '#components/settings/SettingsPage.tsx'
import { NotAllowed } from '#components/shell/NotAllowed.tsx'
import { requireActor } from '#lib/auth.ts'
import { mayForAll } from '#lib/domain/actor.ts'
import { paths } from '#lib/paths.ts'
import { readAlerts } from '#lib/views/alerts.ts'

export const metadata: Metadata = { title: 'Alerts' }

export default async function AlertsPage() {
  const actor = await requireActor(paths.settings.alerts())
  const allowed = mayForAll(actor, 'alerts.edit')
  return (
    <SettingsPage href={paths.settings.alerts()}>
      {allowed ? <AlertsScreen initial={await readAlerts(null)} /> : <NotAllowed what="the alerts" />}
    </SettingsPage>
  )
}
