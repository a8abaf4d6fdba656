import { expect, test } from '@playwright/test'
import { installation } from './support/installation.ts'

test.use({ storageState: { cookies: [], origins: [] } })

test('a stranger is sent to the sign-in, and comes back to where they wanted to go', async ({ page }) => {
  const { panelUrl } = installation()
  await page.goto(`${panelUrl}/audit`)
  await expect(page).toHaveURL(/\/sign-in\?next=%2Faudit/)
  await page.getByLabel(/E-mail/).fill('mira@example.com')
  await page.getByLabel(/Password/).fill('wrong horse battery')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('This address and this password do not fit.')).toBeVisible()

  await page.getByLabel(/Password/).fill('correct horse battery')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(`${panelUrl}/audit`)
})

test('nobody reads or changes anything without a session or a token', async ({ request }) => {
  const { panelUrl, edgeUrl } = installation()
  for (const path of [
    '/api/views/now',
    '/api/views/audit',
    '/api/live',
    '/api/v1/agents/x',
    '/api/v1/audit',
  ]) {
    expect((await request.get(`${panelUrl}${path}`)).status(), path).toBe(401)
  }
  expect((await request.post(`${panelUrl}/api/rollouts/x/rollback`, { data: {} })).status()).toBe(403)
  expect((await request.post(`${panelUrl}/api/v1/rollouts/x/rollback`, { data: {} })).status()).toBe(401)
  expect((await request.get(`${edgeUrl}/v1/table`)).status()).toBe(401)
  expect((await request.post(`${edgeUrl}/v1/traces`, { data: {} })).status()).toBe(401)
})

test('a password cannot be tried on and on, whatever address the caller writes', async ({
  page,
  request,
}) => {
  const { panelUrl } = installation()
  // An account of nobody, so that the stories beside this one can sign in: the answer is the same.
  const email = `nobody-${Date.now()}@example.com`
  await page.goto(`${panelUrl}/sign-in`)
  const press = page.getByRole('button', { name: 'Sign in', exact: true })
  for (let tried = 0; tried < 5; tried += 1) {
    await page.setExtraHTTPHeaders({ 'x-forwarded-for': `203.0.113.${tried}` })
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password').fill(`a wrong password ${tried}`)
    await press.click()
    await expect(page.getByText('This address and this password do not fit.')).toBeVisible()
  }
  await page.setExtraHTTPHeaders({ 'x-forwarded-for': '198.51.100.7' })
  await press.click()
  await expect(page.getByText(/Too many tries\. Try again in \d min\./)).toBeVisible()

  const headers = (await request.get(`${panelUrl}/sign-in`)).headers()
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
  expect(headers['x-content-type-options']).toBe('nosniff')
})

test('the cookie of a session is kept from scripts and from other sites', async ({ browser }) => {
  const context = await browser.newContext({ storageState: 'test-results/signed-in.json' })
  const cookie = (await context.cookies()).find(({ name }) => name.endsWith('next-auth.session-token'))
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
  await context.close()
})
