import { expect, type Page, test } from '@playwright/test'
import { installation } from './support/installation.ts'

async function fillIn(page: Page, name: string, email: string): Promise<void> {
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill('correct horse battery')
  await page.getByRole('button', { name: /account|administrator|begin|continue/i }).click()
}

test('the one-time link makes the first administrator, once', async ({ page, browser }) => {
  const { link, panelUrl } = installation()
  expect(link).toContain('/welcome?token=')
  await page.goto(link)
  await fillIn(page, 'Mira K.', 'mira@example.com')
  await expect(page).toHaveURL(`${panelUrl}/`)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.context().storageState({ path: 'test-results/signed-in.json' })

  const stranger = await browser.newPage()
  await stranger.goto(link)
  await fillIn(stranger, 'Somebody else', 'else@example.com')
  await expect(stranger.getByText('This link was used already')).toBeVisible()
  await stranger.close()
})
