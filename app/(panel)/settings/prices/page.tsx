import type { Metadata } from 'next'
import { PricesScreen } from '#components/prices/PricesScreen.tsx'
import { SettingsPage } from '#components/settings/SettingsPage.tsx'
import { NotAllowed } from '#components/shell/NotAllowed.tsx'
import { requireActor } from '#lib/auth.ts'
import { mayForAll } from '#lib/domain/actor.ts'
import { paths } from '#lib/paths.ts'
import { readPricesView } from '#lib/views/prices.ts'

export const metadata: Metadata = { title: 'Prices' }

export default async function PricesPage() {
  const actor = await requireActor(paths.settings.prices())
  const allowed = mayForAll(actor, 'settings.edit')
  return (
    <SettingsPage href={paths.settings.prices()}>
      {allowed ? <PricesScreen view={await readPricesView(new Date())} /> : <NotAllowed what="the prices" />}
    </SettingsPage>
  )
}
