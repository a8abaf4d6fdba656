import type { Metadata } from 'next'
import { Page } from '#components/shell/Page.tsx'
import { SwitchesScreen } from '#components/switches/SwitchesScreen.tsx'
import { requireActor } from '#lib/auth.ts'
import { paths } from '#lib/paths.ts'
import { readSwitches } from '#lib/views/switches.ts'

export const metadata: Metadata = { title: 'Kill switches' }

export default async function SwitchesPage() {
  const actor = await requireActor(paths.switches())
  const view = await readSwitches(actor, new Date())
  return (
    <Page crumbs={[{ label: 'Kill switches' }]}>
      <SwitchesScreen initial={view} />
    </Page>
  )
}
