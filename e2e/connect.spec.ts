import { expect, type Page, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { openInstallation } from '#lib/testing/launched.ts'
import { places } from '#lib/testing/screens.ts'
import { openSnippetProject } from '#lib/testing/snippetProject.ts'
import { expectAccessible } from './support/axe.ts'
import { fillIn } from './support/enter.ts'

/** From the one-time link to the first trace received, with what the page says to copy and nothing else. */

test.use({ storageState: { cookies: [], origins: [] } })

const withinMs = 180_000

/** What stands in a box, as it would be copied. */
async function copied(page: Page, label: string): Promise<string> {
  return await page.getByLabel(label, { exact: true }).innerText()
}

test('somebody new goes from the one-time link to a first trace, a stable version and a rollout to start', async ({
  page,
}) => {
  test.setTimeout(240_000)
  const at = await openInstallation()
  const project = openSnippetProject()
  try {
    const begunAt = Date.now()
    await page.goto(at.link)
    await fillIn(page, 'Mira K.', 'mira@example.com')
    await expect(page.getByRole('heading', { name: 'Connect an agent' })).toBeVisible()
    const tookToEnterMs = Date.now() - begunAt

    // Nothing is there yet: every place says what would fill it.
    for (const [name, path] of Object.entries({ ...places, start: paths.newRollout() })) {
      await page.goto(`${at.panelUrl}${path}`)
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      await expectAccessible(page, `${name}, empty`)
    }

    const connectingAt = Date.now()
    await page.goto(`${at.panelUrl}${paths.settings.connect()}`)
    await page.getByLabel('Agent', { exact: true }).fill('order-agent')
    await page.getByLabel('The version that runs now').fill('2.3.3')
    await page.getByRole('button', { name: 'Register agent and make token' }).click()
    const token = (await copied(page, 'The token of order-agent')).trim()
    expect(token).toMatch(/^swb_/)
    await expect(page.getByText('Waiting for the first run of order-agent…')).toBeVisible()
    await expectAccessible(page, 'waiting for the first run')

    // A token that was copied wrongly is told, not passed over.
    const first = await copied(page, 'Send a run, curl')
    expect(first).toContain(at.edgeUrl)
    await project.runShell(first.replace(token, `${token}x`))
    await expect(page.getByText('The token is missing, or is none of ours.')).toBeVisible()

    await page.getByRole('tab', { name: 'OpenTelemetry, Node' }).click()
    await project.runNode(await copied(page, 'Send a run, OpenTelemetry, Node'))
    await expect(page.getByText('one run of order-agent@2.3.3')).toBeVisible()
    const tookMs = tookToEnterMs + Date.now() - connectingAt
    test.info().annotations.push({ type: 'from the link to the first run', description: `${tookMs} ms` })
    expect(tookMs).toBeLessThan(withinMs)
    await expect(page.getByText('The token is missing, or is none of ours.')).toBeHidden()

    await page.getByLabel('Code revision').fill('5b1e22aa')
    await page.getByLabel('Why it is fit to fall back to').fill('in production since May')
    await page.getByRole('button', { name: 'Adopt 2.3.3 as stable' }).click()
    await expect(page.getByText('2.3.3 is the stable version: what traffic falls back to')).toBeVisible()

    await project.runShell(await copied(page, 'Ask for the version, curl'))
    await expect(page.getByText('asked', { exact: true })).toBeVisible()
    await expectAccessible(page, 'connected')

    await page.getByLabel('Version', { exact: true }).fill('2.4.0')
    await page.getByLabel('Code revision').fill('9f31c07e')
    await page.getByRole('button', { name: 'Register the candidate' }).click()
    await expect(page.getByRole('link', { name: 'Start a rollout' })).toBeVisible()

    await page.reload()
    await expect(page.getByText('one run of order-agent@2.3.3')).toBeVisible()
    await expect(page.locator('main')).not.toContainText(token)
    await page.setViewportSize({ width: 360, height: 740 })
    const width = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(width).toBeLessThanOrEqual(360)
  } finally {
    project.remove()
    await at.stop()
  }
})
