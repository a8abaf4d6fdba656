import { expect, type Page, test } from '@playwright/test'
import pg from 'pg'
import { paths } from '#lib/paths.ts'
import { openInstallation } from '#lib/testing/launched.ts'
import { enter } from './support/enter.ts'
import { installation } from './support/installation.ts'
import { call, startRollout } from './support/machine.ts'

/** What a page shows stands in its address: it can be sent to somebody, and survives a reload and the sign-in. */

const on = (path: string) => `${installation().panelUrl}${path}`

async function signIn(page: Page): Promise<void> {
  await page.getByLabel(/E-mail/).fill('mira@example.com')
  await page.getByLabel(/Password/).fill('correct horse battery')
  await page.getByRole('button', { name: 'Sign in' }).click()
}

test('an address keeps what it asks for through the sign-in', async ({ browser }) => {
  const asked = {
    incidents: '/incidents?agent=mail-agent&state=not_recovered&from=2026-01-02T00%3A00',
    audit: '/audit?agent=mail-agent&from=2026-01-02T00%3A00',
    approvals: '/approvals?show=ended',
  }
  for (const [name, path] of Object.entries(asked)) {
    const context = await browser.newContext({ storageState: { cookies: [], origins: [] } })
    // A session that ended long ago, for one of them: then the page itself sends to the sign-in.
    if (name === 'incidents')
      await context.addCookies([{ name: 'next-auth.session-token', value: 'ended', url: on('/') }])
    const page = await context.newPage()
    await page.goto(on(path))
    await expect(page).toHaveURL(/\/sign-in\?next=/)
    await signIn(page)
    await expect(page, name).toHaveURL(on(path))
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(page.getByText('Part of this address was left out.')).toBeHidden()
    await context.close()
  }
})

test('what an address asks for in vain is left out, and said; no page breaks over it', async ({ page }) => {
  const rollout = await startRollout('linked-agent')
  const wrong = {
    [`${paths.incidents()}?state=soon`]: 'state=soon',
    [`${paths.incidents()}?agent=%00&from=0000-00-00`]: 'from=0000-00-00',
    [`${paths.audit()}?from=tomorrow`]: 'from=tomorrow',
    [`${paths.audit()}?agent=%00`]: 'agent=',
    [`${paths.approvals()}?show=nothing`]: 'show=nothing',
    [`${paths.rollout('linked-agent', rollout)}?metric=beauty&range=9y`]: 'metric=beauty, range=9y',
  }
  for (const [path, words] of Object.entries(wrong)) {
    await page.goto(on(path))
    await expect(page.getByText('Part of this address was left out.')).toBeVisible()
    await expect(page.getByText(words).first()).toBeVisible()
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  }
})

test('the metric and the range of the charts, and what approvals show, survive a reload', async ({
  page,
}) => {
  const rollout = await startRollout('charted-agent')
  await page.goto(on(paths.rollout('charted-agent', rollout)))
  await page.getByRole('group', { name: 'Metric' }).getByRole('button', { name: /error/i }).click()
  await page.getByRole('group', { name: 'Time range' }).getByRole('button', { name: '15 min' }).click()
  await expect(page).toHaveURL(/metric=error_rate&range=15m/)
  await page.reload()
  const pressed = page.getByRole('group', { name: 'Time range' }).locator('[aria-pressed=true]')
  await expect(pressed).toHaveText('15 min')
  await expect(page.getByRole('group', { name: 'Metric' }).locator('[aria-pressed=true]')).toHaveText(
    /error/i,
  )
  await page.setViewportSize({ width: 360, height: 740 })
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)

  await page.goto(on(paths.approvals()))
  await page.getByRole('button', { name: 'Ended' }).click()
  await expect(page).toHaveURL(on('/approvals?show=ended'))
  await page.reload()
  await expect(page.getByRole('button', { name: 'Ended' })).toHaveAttribute('aria-pressed', 'true')
})

test('a thousand incidents are narrowed by the address and read page by page', async ({ browser }) => {
  test.setTimeout(180_000)
  const at = await openInstallation()
  const context = await browser.newContext({ storageState: { cookies: [], origins: [] } })
  try {
    const rollout = await startRollout('many-agent', at)
    await call('POST', `/rollouts/${rollout}/rollback`, { reason: 'the first of many' }, undefined, at)
    await addThousand(at.databaseUrl)
    const page = await context.newPage()
    await enter(page, at.link)
    await page.goto(`${at.panelUrl}${paths.incidents()}`)
    const rows = page.getByRole('list', { name: 'Incidents' }).getByRole('listitem')
    await expect(page.getByText('1001 in all')).toBeVisible()
    expect(await rows.count()).toBeLessThan(60)

    await page.getByRole('combobox', { name: 'Agent' }).selectOption('other-agent')
    // What was answered can be gone back to.
    await expect(page.getByText('500 fit')).toBeVisible()
    await page.getByRole('combobox', { name: 'State' }).selectOption('recovered')
    await expect(page).toHaveURL(/agent=other-agent&state=recovered/)
    await expect(page.getByText('250 fit')).toBeVisible()
    await page.reload()
    await expect(page.getByText('250 fit')).toBeVisible()
    await expect(page.getByRole('combobox', { name: 'Agent' })).toHaveValue('other-agent')
    await page.setViewportSize({ width: 360, height: 740 })
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
    await page.setViewportSize({ width: 1440, height: 900 })

    await expect(async () => {
      await page.mouse.wheel(0, 20_000)
      await expect(page.getByText('No older incident fits.')).toBeInViewport({ timeout: 500 })
    }).toPass()
    expect(await rows.count()).toBeLessThan(60)
    await page.keyboard.press('k')
    await page.goBack()
    await expect(page.getByText('500 fit')).toBeVisible()
    await page.getByRole('button', { name: 'Show everything' }).click()
    await expect(page).toHaveURL(`${at.panelUrl}/incidents`)
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Go to' }).fill('in_many_777')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/in_many_777/)
  } finally {
    await context.close()
    await at.stop()
  }
})

/** As they would be after a bad year: of two agents, half of each recovered. */
async function addThousand(databaseUrl: string): Promise<void> {
  const owner = new pg.Client({ connectionString: databaseUrl })
  await owner.connect()
  try {
    await owner.query(`INSERT INTO incident (id, agent, rollout_id, reason, from_version, to_version, stage, actor,
        snapshot, opened_at, recovery, recovery_until)
      SELECT 'in_many_' || n, CASE WHEN n % 2 = 0 THEN 'other-agent' ELSE 'many-agent' END, 'ro_many_' || n, 'manual',
        '2.4.0', '2.3.3', 'canary', one.actor, one.snapshot, now() - n * interval '1 minute',
        CASE WHEN n % 4 < 2 THEN 'recovered' ELSE 'not_recovered' END, now()
      FROM (SELECT actor, snapshot FROM incident LIMIT 1) one, generate_series(1, 1000) n`)
  } finally {
    await owner.end()
  }
}
