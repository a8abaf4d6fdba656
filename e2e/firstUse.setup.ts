import { expect, test } from '@playwright/test'
import { enter, fillIn } from './support/enter.ts'
import { installation } from './support/installation.ts'

test('the one-time link makes the first administrator, once', async ({ page, browser }) => {
  const { link, panelUrl } = installation()
  expect(link).toContain('/welcome?token=')
  await enter(page, link)
  await expect(page).toHaveURL(`${panelUrl}/`)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.context().storageState({ path: 'test-results/signed-in.json' })

  const stranger = await browser.newPage()
  await stranger.goto(link)
  await fillIn(stranger, 'Somebody else', 'else@example.com')
  await expect(stranger.getByText('This link was used already')).toBeVisible()
  await stranger.close()
})
