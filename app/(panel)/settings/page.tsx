import { redirect } from 'next/navigation'
import { requireActor } from '#lib/auth.ts'
import { mayForAll } from '#lib/domain/actor.ts'
import { paths } from '#lib/paths.ts'

export default async function SettingsPage() {
  const actor = await requireActor(paths.settings.all())
  redirect(mayForAll(actor, 'people.manage') ? paths.settings.people() : paths.settings.you())
}
