import { expect, type Page, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { installation } from './support/installation.ts'
import { startRollout } from './support/machine.ts'
import { enterBy, invite } from './support/people.ts'

/** On a slow phone a page is read before its scripts are there. What is pressed then is done once they are. */

/** Opens a page whose scripts do not come until they are let through. */
async function openWithoutScripts(page: Page, path: string): Promise<() => void> {
  const { promise: scriptsMayCome, resolve: letThrough } = Promise.withResolvers<void>()
  await page.route('**/_next/static/chunks/*.js', async (route) => {
    await scriptsMayCome
    await route.continue()
  })
  await page.goto(`${installation().panelUrl}${path}`, { waitUntil: 'commit' })
  return letThrough
}

test('a roll back that was pressed before the page answered is asked about once it does', async ({
  page,
}) => {
  const rollout = await startRollout('early-agent')
  const letThrough = await openWithoutScripts(page, paths.rollout('early-agent', rollout))
  const rollBack = page.getByRole('button', { name: 'Roll back to 2.3.3' })
  await rollBack.click()
  await expect(rollBack).toHaveAttribute('data-kept')
  await expect(page.getByRole('dialog')).toBeHidden()
  letThrough()
  await expect(page.getByRole('dialog', { name: 'Roll back to 2.3.3?' })).toBeVisible()
  await expect(page.locator('[data-kept]')).toHaveCount(0)
})

test('of several presses the last is done, and only once', async ({ page }) => {
  const rollout = await startRollout('hasty-agent')
  const letThrough = await openWithoutScripts(page, paths.rollout('hasty-agent', rollout))
  const tables = page.getByRole('button', { name: 'Show the figures as tables' })
  await page.getByRole('group', { name: 'Time range' }).getByRole('button', { name: '15 min' }).click()
  await tables.click()
  letThrough()
  // Twice would show the charts again.
  await expect(page.getByRole('button', { name: 'Show charts' })).toBeVisible()
  await expect(page).not.toHaveURL(/range=/)
  await page.getByRole('group', { name: 'Metric' }).getByRole('button', { name: /error/i }).click()
  await expect(page).toHaveURL(/metric=error_rate/)
})

test('what waits for a second person stands at its place at once, and takes no press before it answers', async ({
  page,
  browser,
}) => {
  const agent = 'waking-agent'
  const rollout = await startRollout(agent)
  await enterBy(browser, await invite(page, 'Wanda', 'wanda@example.com', 'Approver'))
  await page.setViewportSize({ width: 360, height: 740 })
  await page.goto(`${installation().panelUrl}${paths.rollout(agent, rollout)}`)
  await page.getByRole('button', { name: 'Promote to 100 %' }).click()
  await page.getByRole('dialog').getByLabel('Why').fill('Quiet for an hour')
  await page.getByRole('dialog').getByRole('button', { name: 'Ask a second person' }).click()
  await expect(page.getByRole('region', { name: 'Promote 2.4.0 to 100 %' })).toBeVisible()

  const letThrough = await openWithoutScripts(page, paths.rollout(agent, rollout))
  const card = page.locator('section', { hasText: 'When it was asked for' })
  const stages = page.getByRole('region', { name: 'Stages' })
  await expect(page.locator('[inert]').filter({ has: card })).toBeVisible()
  await expect(card.getByText('Take it back').click({ timeout: 500 })).rejects.toThrow()
  const before = await stages.boundingBox()
  letThrough()
  await expect(page.locator('[inert]')).toHaveCount(0)
  await expect(card.getByText('Reading…')).toBeHidden()
  expect(await stages.boundingBox()).toEqual(before)
  await card.getByRole('button', { name: 'Take it back' }).click()
  await expect(card).toBeHidden()
})
