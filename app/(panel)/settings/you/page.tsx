import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { ProfileScreen } from '#components/people/ProfileScreen.tsx'
import { SettingsPage } from '#components/settings/SettingsPage.tsx'
import { findSessionId, requireActor, sessionLimits } from '#lib/auth.ts'
import { paths } from '#lib/paths.ts'
import { readProfile } from '#lib/views/profile.ts'

export const metadata: Metadata = { title: 'You' }

export default async function ProfilePage() {
  const actor = await requireActor(paths.settings.you())
  const at = { now: new Date(), idleMs: sessionLimits().idleMs, sessionId: await findSessionId() }
  const view = await readProfile(actor, at)
  if (!view) notFound()
  return (
    <SettingsPage href={paths.settings.you()}>
      <ProfileScreen view={view} />
    </SettingsPage>
  )
}
