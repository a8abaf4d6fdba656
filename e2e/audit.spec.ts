import { readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import pg from 'pg'
import { paths } from '#lib/paths.ts'
import { openInstallation } from '#lib/testing/launched.ts'
import { enter } from './support/enter.ts'
import { call, registerAgent } from './support/machine.ts'

/** The record in the browser. An installation of its own: its record is broken on purpose. */

const agent = 'edited-agent'
const script = `<img src=x onerror="document.title='run'">`

test('verify is green; then finds the row that was edited in PostgreSQL, and leads to it', async ({
  browser,
}) => {
  test.setTimeout(180_000)
  const at = await openInstallation()
  const context = await browser.newContext({
    storageState: { cookies: [], origins: [] },
    acceptDownloads: true,
  })
  try {
    await registerAgent(agent, at)
    await call('PUT', `/agents/${agent}`, { displayName: script }, undefined, at)
    for (let index = 0; index < 80; index += 1)
      await call('PUT', `/agents/${agent}`, { displayName: `Name ${index}` }, undefined, at)
    const page = await context.newPage()
    await enter(page, at.link)
    await page.goto(`${at.panelUrl}${paths.audit()}`)
    const verification = page.getByRole('status', { name: 'Verification' })

    // The first checkpoint is made within seconds of the first entry.
    await expect(async () => {
      await page.getByRole('button', { name: 'Verify the record' }).click()
      await expect(verification).toContainText('The record holds.', { timeout: 10_000 })
      await expect(verification).toContainText(/The signatures of 1 checkpoint hold/, { timeout: 100 })
    }).toPass({ timeout: 60_000 })

    await edit(at.databaseUrl)
    await page.getByRole('button', { name: 'Verify the record' }).click()
    await expect(verification).toContainText('The record does not hold.')
    await expect(verification).toContainText(
      /Line \d+, edited-agent entry 4: its content does not fit its hash/,
    )
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.setViewportSize({ width: 360, height: 740 })
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.emulateMedia({ colorScheme: 'light' })
    await verification.getByRole('link', { name: `Show ${agent} entry 4` }).click()
    await expect(page).toHaveURL(/entry=edited-agent%3A4/)
    await expect(page.getByRole('list', { name: 'Entries' }).getByRole('listitem')).toHaveCount(1)

    await page.goto(`${at.panelUrl}${paths.audit({ agent })}`)
    await page.getByText('changed the agent').first().click()
    const waiting = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Export CSV' }).click()
    const download = await waiting
    expect(download.suggestedFilename()).toBe(`audit_agent-${agent}.csv`)
    expect(readFileSync(await download.path(), 'utf8').split('\r\n').length).toBeGreaterThan(80)

    // Down to the oldest entry, page by page; only what is near the window is in the page.
    await expect(async () => {
      await page.mouse.wheel(0, 20_000)
      await expect(page.getByText(`created the agent ${agent}`)).toBeInViewport({ timeout: 500 })
    }).toPass()
    await expect(page.getByText('This is where the record begins.')).toBeVisible()
    expect(await page.getByRole('list', { name: 'Entries' }).getByRole('listitem').count()).toBeLessThan(80)
    expect(await page.title()).not.toBe('run')
  } finally {
    await context.close()
    await at.stop()
  }
})

/** As somebody does who owns the database: the trigger off, one word changed, the trigger on. */
async function edit(databaseUrl: string): Promise<void> {
  const owner = new pg.Client({ connectionString: databaseUrl })
  await owner.connect()
  try {
    await owner.query('ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only')
    const edited = await owner.query(
      `UPDATE audit_entry SET body = replace(body, 'stories', 'someone else') WHERE chain = $1 AND seq = 4`,
      [agent],
    )
    expect(edited.rowCount).toBe(1)
    await owner.query('ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_append_only')
  } finally {
    await owner.end()
  }
}
