import type { Metadata } from 'next'
import { DemoScreen } from '#components/demo/DemoScreen.tsx'
import { SettingsPage } from '#components/settings/SettingsPage.tsx'
import { NotAllowed } from '#components/shell/NotAllowed.tsx'
import { requireActor } from '#lib/auth.ts'
import { mayForAll } from '#lib/domain/actor.ts'
import { paths } from '#lib/paths.ts'

export const metadata: Metadata = { title: 'Demo' }

export default async function DemoPage() {
  const actor = await requireActor(paths.settings.demo())
  return (
    <SettingsPage href={paths.settings.demo()}>
      {mayForAll(actor, 'demo.run') ? <DemoScreen /> : <NotAllowed what="the demo" />}
    </SettingsPage>
  )
}
