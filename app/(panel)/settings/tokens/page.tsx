import type { Metadata } from 'next'
import { SettingsPage } from '#components/settings/SettingsPage.tsx'
import { NotAllowed } from '#components/shell/NotAllowed.tsx'
import { TokensScreen } from '#components/tokens/TokensScreen.tsx'
import { requireActor } from '#lib/auth.ts'
import { mayForAll } from '#lib/domain/actor.ts'
import { paths } from '#lib/paths.ts'
import { readTokens } from '#lib/views/tokens.ts'

export const metadata: Metadata = { title: 'API tokens' }

export default async function TokensPage() {
  const actor = await requireActor(paths.settings.tokens())
  const allowed = mayForAll(actor, 'token.manage')
  return (
    <SettingsPage href={paths.settings.tokens()}>
      {allowed ? <TokensScreen view={await readTokens(new Date())} /> : <NotAllowed what="the API tokens" />}
    </SettingsPage>
  )
}
