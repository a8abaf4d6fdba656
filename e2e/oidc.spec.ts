import { expect, type Page, test } from '@playwright/test'
import { startOidcServer, type OidcServer } from '#lib/testing/oidcServer.ts'
import { freePorts } from '#lib/testing/program.ts'
import { type Installation, openInstallation } from '#lib/testing/launched.ts'
import pg from 'pg'

/** Signing in at a real OpenID provider, in an installation of its own. */

let provider: OidcServer
let house: Installation & { stop(): Promise<void> }
// One installation and one provider for the file.
test.describe.configure({ mode: 'default' })
test.use({ storageState: { cookies: [], origins: [] } })

test.beforeAll(async () => {
  test.setTimeout(120_000)
  const [port = 0] = await freePorts(1)
  provider = await startOidcServer(`http://localhost:${port}/api/auth/callback/oidc`)
  house = await openInstallation({
    SWITCHBACK_PANEL_PORT: String(port),
    SWITCHBACK_OIDC_ISSUER: provider.issuer,
    SWITCHBACK_OIDC_CLIENT_ID: provider.clientId,
    SWITCHBACK_OIDC_CLIENT_SECRET: provider.clientSecret,
    SWITCHBACK_OIDC_NAME: 'Example ID',
    SWITCHBACK_OIDC_SCOPES: 'openid email profile groups',
    SWITCHBACK_OIDC_GROUPS: 'sre=on_call,admins=administrator',
  })
})
test.afterAll(async () => {
  await house?.stop()
  await provider?.close()
})

/** Signs in at the provider's own page. */
async function atProvider(page: Page, login: string): Promise<void> {
  await expect(page).toHaveURL(new RegExp(`^${provider.issuer}/interaction/`))
  await page.locator('input[name=login]').fill(login)
  await page.locator('input[name=password]').fill('any will do')
  await page.getByRole('button', { name: 'Sign-in' }).click()
}

async function signIn(page: Page, login: string): Promise<void> {
  await page.goto(`${house.panelUrl}/sign-in?next=%2Fsettings%2Fyou`)
  await page.getByRole('button', { name: 'Sign in with Example ID' }).click()
  await atProvider(page, login)
  // What Switchback may know is asked the first time.
  const consent = page.getByRole('button', { name: 'Continue' })
  await expect(consent.or(page.getByRole('heading', { level: 1 })).first()).toBeVisible()
  if (await consent.isVisible()) await consent.click()
}

test('groups let somebody in with their roles; without a role or a verified address the door stays shut', async ({
  page,
  browser,
}) => {
  provider.people.set('rosa', {
    email: 'rosa@example.com',
    email_verified: true,
    name: 'Rosa L.',
    groups: ['sre'],
  })
  await signIn(page, 'rosa')
  await expect(page).toHaveURL(`${house.panelUrl}/settings/you`)
  await expect(page.getByRole('heading', { name: 'Rosa L.' })).toBeVisible()
  await expect(page.getByText('by your groups')).toBeVisible()
  await expect(page.getByText('On call')).toBeVisible()

  const refused = async (login: string, said: Record<string, unknown>, words: RegExp) => {
    provider.people.set(login, { email: `${login}@example.com`, email_verified: true, ...said })
    const stranger = await browser.newPage({ storageState: { cookies: [], origins: [] } })
    await signIn(stranger, login)
    await expect(stranger.getByText(words)).toBeVisible()
    await stranger.goto(`${house.panelUrl}/agents`)
    await expect(stranger).toHaveURL(/\/sign-in/)
    await stranger.close()
  }
  await refused('sam', { groups: ['nobody'] }, /You have no role here/)
  await refused('thief', { email: 'rosa@example.com', email_verified: false, groups: ['admins'] }, /vouch/)
  await refused('twin', { email: 'rosa@example.com', groups: ['admins'] }, /another identity/)
})

test('what takes a recent sign-in is asked at the provider, and then goes on', async ({ page }) => {
  provider.people.set('tom', {
    email: 'tom@example.com',
    email_verified: true,
    name: 'Tom',
    groups: ['admins'],
  })
  await signIn(page, 'tom')
  await expect(page).toHaveURL(`${house.panelUrl}/settings/you`)
  const client = new pg.Client({ connectionString: house.databaseUrl })
  await client.connect()
  await client.query(`UPDATE session SET signed_in_at = signed_in_at - interval '6 minutes'`)
  await client.end()

  await page.goto(`${house.panelUrl}/settings/people`)
  await page.getByRole('button', { name: 'Invite a person' }).click()
  await page.getByLabel('Name').fill('Uma')
  await page.getByLabel('E-mail').fill('uma@example.com')
  await page.getByRole('button', { name: 'Invite person' }).click()
  const opened = page.waitForEvent('popup')
  await page.getByRole('button', { name: 'Sign in again at your provider' }).click()
  const popup = await opened
  const closed = popup.waitForEvent('close')
  await popup.waitForURL(new RegExp(`^${provider.issuer}/interaction/`))
  await atProvider(popup, 'tom')
  await closed
  await expect(page.getByRole('dialog', { name: 'Uma is invited' })).toBeVisible()
})
