import { expect, type Page, test } from '@playwright/test'
import pg from 'pg'
import { installation } from './support/installation.ts'
import { startRollout } from './support/machine.ts'
import { enterBy, invite, password, provedIfAsked } from './support/people.ts'

/** People in two browsers: what an administrator does in one is so in the other at its next request. */

test('a role that is removed in mid-session is gone at the next click', async ({ page, browser }) => {
  const { panelUrl } = installation()
  const rolloutId = await startRollout('people-agent')
  const link = await invite(page, 'Noor', 'noor@example.com', 'On call')
  const noor = await enterBy(browser, link)
  await noor.goto(`${panelUrl}/agents/people-agent/rollouts/${rolloutId}`)
  const pause = noor.getByRole('button', { name: /^Pause at/ })
  await expect(pause).toHaveAttribute('aria-disabled', 'false')
  // What is on the screen must not be what decides: this page hears nothing more.
  await noor.route('**/api/live**', (route) => route.abort())
  await noor.route('**/api/views/**', (route) => route.abort())
  await noor.reload()

  await page.getByRole('button', { name: 'Manage Noor' }).click()
  const dialog = page.getByRole('dialog', { name: 'Noor' })
  await dialog.getByLabel('Role 1', { exact: true }).selectOption({ label: 'Viewer' })
  await expect(dialog.getByText('On call →')).toBeVisible()
  await dialog.getByRole('button', { name: 'Change roles' }).click()
  await provedIfAsked(page)

  await pause.click()
  await expect(noor.getByText(/Noor may not do this/)).toBeVisible()
  await noor.context().close()
})

test('signing out everywhere ends the other browser; an administrator can do it for somebody', async ({
  page,
  browser,
}) => {
  const { panelUrl } = installation()
  const link = await invite(page, 'Odile', 'odile@example.com', 'Viewer')
  const first = await enterBy(browser, link)
  const second = await browser.newPage({ storageState: { cookies: [], origins: [] } })
  const signIn = async (at: Page) => {
    await at.goto(`${panelUrl}/sign-in`)
    await at.getByLabel('E-mail').fill('odile@example.com')
    await at.getByLabel('Password').fill(password)
    await at.getByRole('button', { name: 'Sign in' }).click()
    await expect(at).toHaveURL(`${panelUrl}/`)
  }
  await signIn(second)
  await first.goto(`${panelUrl}/settings/you`)
  await expect(first.getByRole('button', { name: 'End session' })).toHaveCount(1)
  await first.getByRole('button', { name: 'Sign out everywhere' }).click()
  await first.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click()
  await expect(first).toHaveURL(/\/sign-in/)
  // The other page stays open and is told by its own reading.
  await expect(second).toHaveURL(/\/sign-in/, { timeout: 30_000 })

  await signIn(first)
  await page.reload()
  await page.getByRole('button', { name: 'Manage Odile' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click()
  await provedIfAsked(page)
  await first.goto(`${panelUrl}/agents`)
  await expect(first).toHaveURL(/\/sign-in\?next=%2Fagents/)
  await first.context().close()
  await second.close()
})

test('what takes a recent sign-in asks for the password, and then goes on', async ({ page, browser }) => {
  const { panelUrl, databaseUrl } = installation()
  const link = await invite(page, 'Petra', 'petra@example.com', 'Administrator')
  const petra = await enterBy(browser, link)
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(
    `UPDATE session SET signed_in_at = signed_in_at - interval '6 minutes'
     WHERE person_id = (SELECT id FROM person WHERE email = 'petra@example.com')`,
  )
  await client.end()

  await petra.goto(`${panelUrl}/settings/people`)
  await petra.getByRole('button', { name: 'Invite a person' }).click()
  await petra.getByLabel('Name').fill('Quentin')
  await petra.getByLabel('E-mail').fill('quentin@example.com')
  await petra.getByRole('button', { name: 'Invite person' }).click()
  const again = petra.getByRole('dialog', { name: 'Enter your password again' })
  await again.getByLabel('Password').fill('not my password at all')
  await again.getByRole('button', { name: 'Confirm it is me' }).click()
  await expect(again.getByText('This is not your password')).toBeVisible()
  await again.getByLabel('Password').fill(password)
  await again.getByRole('button', { name: 'Confirm it is me' }).click()
  await expect(petra.getByRole('dialog', { name: 'Quentin is invited' })).toBeVisible()
  await petra.context().close()
})

test('a token is shown once, works, and is refused after it was revoked', async ({ page }) => {
  const { panelUrl } = installation()
  await page.goto(`${panelUrl}/settings/tokens`)
  await page.getByRole('button', { name: 'Create a token' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('nightly')
  await dialog.getByRole('checkbox', { name: /^read/ }).check()
  await dialog.getByRole('checkbox', { name: /^All agents/ }).check()
  await dialog.getByRole('button', { name: 'Create token' }).click()
  await provedIfAsked(page)
  const token = (await page.getByLabel('The new token').first().innerText()).trim()
  expect(token).toMatch(/^swb_[0-9a-f]{40}_[0-9a-f]{8}$/)
  await page.getByRole('button', { name: 'Close: I have kept the token' }).click()
  await expect(page.getByText(token)).toHaveCount(0)

  const ask = () =>
    fetch(`${panelUrl}/api/v1/audit?limit=1`, { headers: { authorization: `Bearer ${token}` } })
  expect((await ask()).status).toBe(200)
  const row = page.getByRole('row', { name: /nightly/ })
  await row.getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(row.getByText('Revoked')).toBeVisible()
  expect((await ask()).status).toBe(401)
})

test('a change that does not come from our own pages is refused, whoever is signed in', async ({ page }) => {
  const { panelUrl } = installation()
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const post = async (path: string, headers: Record<string, string>) => {
    const common = { cookie, 'content-type': 'text/plain;charset=UTF-8', 'idempotency-key': 'forged' }
    return await fetch(`${panelUrl}${path}`, {
      method: 'POST',
      headers: { ...common, ...headers },
      body: '[]',
    })
  }
  for (const path of ['/api/rollouts/x/rollback', '/settings/people']) {
    const action = path.startsWith('/api') ? {} : { 'next-action': '0'.repeat(42) }
    expect((await post(path, action)).status, `${path} without Origin`).toBe(403)
    const forged = { ...action, origin: 'https://elsewhere.example' }
    expect((await post(path, forged)).status, `${path} from elsewhere`).toBe(403)
  }
})
