import { readFileSync } from 'node:fs'
import { expect, type Page, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { installation } from './support/installation.ts'
import { registerAgent } from './support/machine.ts'

/** Times are read in UTC or where one is; what leaves the panel is UTC. */

const fullTime = /\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} (UTC\S*)/

async function openRecord(page: Page): Promise<void> {
  await page.goto(`${installation().panelUrl}${paths.audit({ agent: 'zoned-agent' })}`)
  await expect(page.getByRole('list', { name: 'Entries' })).toBeVisible()
}

test('one choice changes every time; the server then renders it so, and an export stays UTC', async ({
  browser,
}) => {
  await registerAgent('zoned-agent')
  const context = await browser.newContext({
    storageState: 'test-results/signed-in.json',
    timezoneId: 'Asia/Kolkata',
    acceptDownloads: true,
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (said) => said.type() === 'error' && complaints.push(said.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await openRecord(page)
  await expect(page.getByLabel('From, UTC', { exact: true })).toBeVisible()

  await page.getByRole('button', { name: 'Local times' }).click()
  await expect(page.getByLabel('From, UTC+5:30')).toBeVisible()
  const first = page.getByRole('list', { name: 'Entries' }).locator('time').first()
  const local = await first.textContent()

  // Without scripts there is only what the server wrote.
  const plain = await context.request.get(page.url())
  expect(await plain.text()).toContain(String(local))
  await page.reload()
  await expect(page.getByRole('button', { name: 'Local times' })).toHaveAttribute('aria-pressed', 'true')
  await expect(first).toHaveText(String(local))
  await expect(first).toHaveAttribute('title', fullTime)

  // A moment is typed as the clock on the wall has it; the address says it in UTC.
  await page.getByLabel('From, UTC+5:30').fill('2026-01-02T05:30')
  await page.getByLabel('From, UTC+5:30').press('Enter')
  await expect(page).toHaveURL(/from=2026-01-02T00%3A00/)
  await expect(page.getByLabel('From, UTC+5:30')).toHaveValue('2026-01-02T05:30')

  const waiting = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Export JSON Lines' }).click()
  const lines = readFileSync(await (await waiting).path(), 'utf8')
  expect(lines).toMatch(/\d{2}:\d{2}:\d{2}(\.\d+)?Z"/)
  expect(lines).not.toMatch(/\+05:30/)
  expect(complaints).toEqual([])

  await page.getByRole('button', { name: 'Times in UTC' }).click()
  await expect(page.getByLabel('From, UTC', { exact: true })).toHaveValue('2026-01-02T00:00')
  await context.close()
})
