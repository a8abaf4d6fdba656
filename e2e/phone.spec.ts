import { expect, type Locator, type Page, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { installation } from './support/installation.ts'
import { call, record, rolloutNow, slackAbout, startRollout } from './support/machine.ts'
import { password } from './support/people.ts'

/** Whoever is on call has a phone, a thumb, and a link in Slack; and is signed out. */

test.use({
  storageState: { cookies: [], origins: [] },
  viewport: { width: 360, height: 740 },
  hasTouch: true,
  isMobile: true,
})

async function signIn(page: Page): Promise<void> {
  await expect(page).toHaveURL(/\/sign-in\?next=/)
  await page.getByLabel('E-mail').fill('mira@example.com')
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).tap()
}

/** Large enough for a thumb, and in the half of the screen that it reaches. */
async function inReach(target: Locator): Promise<void> {
  const box = await target.boundingBox()
  expect(box?.height).toBeGreaterThanOrEqual(44)
  expect(box?.width).toBeGreaterThanOrEqual(44)
  expect(box?.y).toBeGreaterThanOrEqual(370)
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(740)
}

test('a link to a rollout survives the sign-in, and two taps roll it back', async ({ page }) => {
  const agent = 'thumb-agent'
  const { panelUrl } = installation()
  const rolloutId = await startRollout(agent)
  await page.goto(`${panelUrl}${paths.rollout(agent, rolloutId)}`)
  await signIn(page)
  await expect(page).toHaveURL(`${panelUrl}${paths.rollout(agent, rolloutId)}`)

  const rollBack = page.getByRole('button', { name: 'Roll back to 2.3.3' })
  await expect(rollBack).toBeVisible()
  await inReach(rollBack)
  const pause = page.getByRole('button', { name: /^Pause/ })
  await inReach(pause)
  await inReach(page.getByRole('button', { name: /writes/i }).first())
  await rollBack.tap()
  const dialog = page.getByRole('dialog', { name: 'Roll back to 2.3.3?' })
  const confirm = dialog.getByRole('button', { name: 'Roll back to 2.3.3' })
  await expect(confirm).toBeVisible()
  await inReach(confirm)
  await confirm.tap()
  await expect(page.getByRole('alert').filter({ hasText: 'Stopped.' })).toBeVisible()
  expect((await rolloutNow(rolloutId))['phase']).toBe('rolled_back')

  const steps = page.getByRole('region', { name: 'The rollback, step by step' }).getByRole('listitem')
  await expect(steps.filter({ hasText: 'measured share 0 %' })).toBeVisible()
  const boxes = await Promise.all((await steps.all()).map((step) => step.boundingBox()))
  const tops = boxes.map((box) => box?.y ?? 0)
  expect(tops).toEqual(tops.toSorted((a, b) => a - b))
  expect(new Set(boxes.map((box) => box?.x)).size).toBe(1)
  const open = page.getByRole('link', { name: 'Open the incident' })
  await inReach(open)
  await open.tap()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('went back from 2.4.0 to 2.3.3')
  await expect(steps.filter({ hasText: 'measured share 0 %' })).toBeVisible()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
  const stop = (await record(agent)).find((entry) => entry['action'] === 'rollout.rollback')
  expect(stop).toMatchObject({ actor: { kind: 'person', name: 'Mira K.' } })
})

test('the link in Slack opens its incident after the sign-in', async ({ page }) => {
  const agent = 'slack-link-agent'
  const rolloutId = await startRollout(agent)
  await call('POST', `/rollouts/${rolloutId}/rollback`, { reason: 'it answers in French' })
  await expect.poll(async () => (await slackAbout(agent)).parents.length).toBe(1)
  const { parents } = await slackAbout(agent)
  const link = /https?:\/\/[^"\\|>\s]+\/incidents\/[\w-]+/.exec(JSON.stringify(parents[0]))?.[0] ?? ''
  await page.goto(link)
  await signIn(page)
  await expect(page).toHaveURL(link)
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`${agent} went back`)
  await expect(page.getByRole('region', { name: 'The rollback, step by step' })).toContainText(
    'ordered by a person',
  )
})
