import { expect, type Page, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { postRuns } from '#lib/testing/otlpRuns.ts'
import { installation } from './support/installation.ts'
import { call, record, rolloutNow, startRollout } from './support/machine.ts'
import { enterBy, invite, password } from './support/people.ts'

/** What takes a second person: one asks, another says yes on a phone; and what happens when it cannot wait. */

const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }

/** Healthy runs of both versions until the policy finds nothing wrong and has seen enough to say so. */
async function seenWell(agent: string, rolloutId: string): Promise<void> {
  // Mixed as traffic is: a version of which nothing comes while the other has hundreds counts as silent.
  const runs = Array.from({ length: 300 }, (_, index) => ({
    agent,
    version: index % 3 === 2 ? '2.4.0' : '2.3.3',
    // Both fail a little: against nothing at all no comparison can be made.
    failed: Math.floor(index / 3) % 50 === 0,
    toolFails: Math.floor(index / 3) % 50 === 25,
  }))
  await expect
    .poll(
      async () => {
        await postRuns(installation(), runs)
        const { decision } = (await rolloutNow(rolloutId)) as { decision: { outcome: string } | null }
        return decision?.outcome
      },
      { timeout: 120_000, intervals: [1_000] },
    )
    .toBe('allow')
}

/** Writes the reason and presses; enters the password where it is asked for. */
async function say(page: Page, reason: string, press: string): Promise<void> {
  const dialog = page.getByRole('dialog').last()
  await dialog.getByLabel('Why').fill(reason)
  await dialog.getByRole('button', { name: press }).click()
}

test('a rollback asked for by one is approved by another, on a phone', async ({ page, browser }) => {
  const agent = 'approved-agent'
  const rolloutId = await startRollout(agent)
  const { panelUrl } = installation()
  const ada = await enterBy(browser, await invite(page, 'Ada', 'ada@example.com', 'Approver'), phone)
  await seenWell(agent, rolloutId)

  await page.goto(`${panelUrl}${paths.rollout(agent, rolloutId)}`)
  await page.getByRole('button', { name: 'Roll back to 2.3.3' }).click()
  await say(page, 'Customers complain though the figures are fine', 'Ask a second person')
  const card = page.getByRole('region', { name: 'Roll back to 2.3.3' })
  await expect(card.getByText('You asked for it: a second person has to approve').first()).toBeVisible()
  // In another tab it is the same person.
  const tab = await page.context().newPage()
  await tab.goto(`${panelUrl}${paths.approvals()}`)
  await expect(
    tab.getByRole('region', { name: 'Roll back to 2.3.3' }).getByRole('button', { name: /^Approve/ }),
  ).toHaveAttribute('aria-disabled', 'true')
  expect((await rolloutNow(rolloutId))['phase']).toBe('progressing')

  await ada.getByRole('button', { name: /^Menu/ }).tap()
  await ada.getByRole('link', { name: /Approvals/ }).tap()
  const asked = ada.getByRole('region', { name: 'Roll back to 2.3.3' }).filter({ hasText: agent })
  await expect(asked).toContainText('Customers complain though the figures are fine')
  await expect(asked).toContainText('When it was asked for')
  await asked.getByRole('button', { name: /^Approve/ }).tap()
  await ada
    .getByRole('dialog')
    .getByRole('button', { name: /^Approve/ })
    .tap()
  await expect(asked).toBeHidden()
  await expect.poll(async () => (await rolloutNow(rolloutId))['phase']).toBe('rolled_back')
  await expect(page.getByRole('alert').filter({ hasText: 'Stopped.' })).toBeVisible()

  const done = (await record(agent)).find((entry) => entry['outcome'] === 'rolled_back')
  expect(done).toMatchObject({
    actor: { name: 'Ada' },
    details: { approval: { requested_by: { name: 'Mira K.' }, approved_by: { name: 'Ada' } } },
  })
  const width = await ada.evaluate(() => document.documentElement.scrollWidth)
  expect(width).toBeLessThanOrEqual(360)
})

test('an approval lapses when the world moved; breaking the glass rolls back at once', async ({
  page,
  browser,
}) => {
  const agent = 'glass-agent'
  const rolloutId = await startRollout(agent)
  const { panelUrl } = installation()
  const bela = await enterBy(browser, await invite(page, 'Béla', 'bela@example.com', 'Approver'))
  await seenWell(agent, rolloutId)

  await page.goto(`${panelUrl}${paths.rollout(agent, rolloutId)}`)
  await page.getByRole('button', { name: 'Promote to 100 %' }).click()
  await say(page, 'Quiet for an hour', 'Ask a second person')
  await expect(page.getByRole('region', { name: 'Promote 2.4.0 to 100 %' })).toBeVisible()
  await call('POST', `/rollouts/${rolloutId}/pause`, { reason: 'a customer called' })
  await bela.goto(`${panelUrl}${paths.approvals()}`)
  await expect(bela.getByText(/lapsed/).first()).toBeVisible()
  await expect(bela.getByRole('region', { name: 'Promote 2.4.0 to 100 %' })).toBeHidden()
  await call('POST', `/rollouts/${rolloutId}/resume`, {})

  await page.getByRole('button', { name: 'Roll back to 2.3.3' }).click()
  await say(page, 'It wrote to the wrong accounts', 'Break the glass: roll back now')
  const again = page.getByRole('dialog', { name: 'Enter your password again' })
  const stopped = page.getByRole('alert').filter({ hasText: 'Stopped.' })
  await expect(again.or(stopped).first()).toBeVisible()
  if (await again.isVisible()) {
    await again.getByLabel('Password').fill(password)
    await again.getByRole('button', { name: 'Confirm it is me' }).click()
  }
  await expect(stopped).toBeVisible()
  const broken = (await record(agent)).find((entry) => entry['outcome'] === 'rolled_back')
  expect(broken).toMatchObject({ details: { approval: { mode: 'break_glass', approved_by: null } } })
})
