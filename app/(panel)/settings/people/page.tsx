import type { Metadata } from 'next'
import { PeopleScreen } from '#components/people/PeopleScreen.tsx'
import { SettingsPage } from '#components/settings/SettingsPage.tsx'
import { NotAllowed } from '#components/shell/NotAllowed.tsx'
import { requireActor, sessionLimits } from '#lib/auth.ts'
import { mayForAll } from '#lib/domain/actor.ts'
import { paths } from '#lib/paths.ts'
import { readPeople } from '#lib/views/people.ts'

export const metadata: Metadata = { title: 'People' }

export default async function PeoplePage() {
  const actor = await requireActor(paths.settings.people())
  const allowed = mayForAll(actor, 'people.manage')
  return (
    <SettingsPage href={paths.settings.people()}>
      {allowed ? (
        <PeopleScreen view={await readPeople(actor, new Date(), sessionLimits().idleMs)} />
      ) : (
        <NotAllowed what="the people" />
      )}
    </SettingsPage>
  )
}
