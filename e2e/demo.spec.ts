import { expect, test } from '@playwright/test'
import { demoFaults, demoFaultWords } from '#lib/domain/demo.ts'
import { paths } from '#lib/paths.ts'
import { openInstallation } from '#lib/testing/launched.ts'
import { fillIn } from './support/enter.ts'
import { record, slackAbout } from './support/machine.ts'

/** From the one-time link to a rollout that was stopped, with nothing but the browser. An installation of its own. */

test('a newcomer watches a release be stopped: start, let it go wrong, see it rolled back, stop', async ({
  browser,
}) => {
  test.setTimeout(150_000)
  const at = await openInstallation({ SWITCHBACK_DESIGN: 'no' })
  const context = await browser.newContext({ storageState: { cookies: [], origins: [] } })
  try {
    const page = await context.newPage()
    await page.goto(at.link)
    await fillIn(page, 'Mira K.', 'mira@example.com')
    await page.getByRole('button', { name: 'Watch the demo' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'The demo runs' })).toBeVisible({
      timeout: 30_000,
    })
    await page.getByRole('link', { name: 'Watch its rollout' }).click()
    await expect(page.getByText('demo-agent is made up.')).toBeVisible()
    await expect(page.getByRole('region', { name: 'Verdict' })).toBeVisible()

    await page.getByRole('button', { name: 'Let something go wrong' }).click()
    await expect(page.getByRole('switch')).toHaveCount(demoFaults.length)
    for (const fault of demoFaults)
      await expect(page.getByRole('switch', { name: demoFaultWords[fault].name })).not.toBeChecked()
    const spike = page.getByRole('switch', { name: 'error spike' })
    const alarm = page.getByRole('switch', { name: 'false alarm' })
    await alarm.click()
    await expect(alarm).toBeChecked()
    // It passes by itself, and its switch with it.
    await expect(alarm).not.toBeChecked({ timeout: 60_000 })
    await spike.click()
    await expect(spike).toBeChecked()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('alert').filter({ hasText: 'Stopped.' })).toBeVisible({ timeout: 60_000 })
    expect((await slackAbout('demo-agent', at)).parents).toHaveLength(1)

    await page.getByRole('link', { name: 'Demo', exact: true }).first().click()
    await page.getByRole('button', { name: 'Stop the demo' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'The demo does not run' })).toBeVisible()
    await expect(page.getByText('demo-agent is made up.')).toBeHidden()
    await page.getByRole('link', { name: 'API tokens' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'API tokens' })).toBeVisible()
    // The last telemetry is sent with it first; the page is as it was read.
    await expect(async () => {
      await page.reload()
      await expect(page.getByRole('row', { name: /demo 1/ })).toContainText('Revoked', { timeout: 1_000 })
    }).toPass({ timeout: 20_000 })
    const said = (await record('demo-agent', at)).map((entry) => entry['action'])
    expect(said).toContain('rollout.rollback')
    // What is for whoever builds the panel is not there for whoever uses it.
    expect((await page.goto(`${at.panelUrl}${paths.design()}`))?.status()).toBe(404)
  } finally {
    await context.close()
    await at.stop()
  }
})
