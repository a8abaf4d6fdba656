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
