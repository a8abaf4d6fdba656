import { expect, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { postRuns } from '#lib/testing/otlpRuns.ts'
import { installation } from './support/installation.ts'
import { rolloutNow, startRollout } from './support/machine.ts'

/** An incident can be looked at as it was, by keys, by an address that was sent, and by touch. */

type Now = {
  readonly phase: string
  readonly decision: { readonly outcome: string } | null
  readonly incident: string | null
}

/** Runs of both versions, mixed as traffic is, until the rollout is so. */
async function runsUntil(agent: string, rolloutId: string, failing: boolean, until: (now: Now) => boolean) {
  const runs = Array.from({ length: 300 }, (_, index) => ({
    agent,
    version: index % 3 === 2 ? '2.4.0' : '2.3.3',
    failed: index % 3 === 2 ? failing && index % 2 === 0 : Math.floor(index / 3) % 50 === 0,
    toolFails: Math.floor(index / 3) % 50 === 25,
  }))
  await expect
    .poll(
      async () => {
        await postRuns(installation(), runs)
        return until((await rolloutNow(rolloutId)) as Now)
      },
      { timeout: 60_000, intervals: [300] },
    )
    .toBe(true)
}

/** Nobody acknowledges here: these runs come from an exporter alone. */
const theSteps =
  /first bad run.*\+ [\d.]+ s\s*decided: stop.*\+ [\d.]+ s\s*switched.*in force at every edge.*measured share 0 %.*recover/

test('before the stop it was fine, with the numbers of then; at the stop it says stop; a moment can be sent', async ({
  page,
  browser,
}) => {
  const agent = 'travel-agent'
  const { panelUrl } = installation()
  const rolloutId = await startRollout(agent)
  await page.goto(`${panelUrl}${paths.rollout(agent, rolloutId)}`)
  await runsUntil(agent, rolloutId, false, ({ decision }) => decision?.outcome === 'allow')
  await expect(page.getByLabel('Verdict')).toContainText('Fine.')
  await expect(page.getByLabel('What would flip it')).toContainText(
    /\d+ failures? among the next [\d,]+ candidate runs would stop it\./,
  )
  await runsUntil(agent, rolloutId, true, ({ phase }) => phase === 'rolled_back')
  const { incident } = (await rolloutNow(rolloutId)) as Now

  const theatre = page.getByRole('region', { name: 'The rollback, step by step' })
  await expect(theatre).toContainText(theSteps)
  await page.goto(`${panelUrl}${paths.incident(incident ?? '')}`)
  await expect(theatre).toContainText(theSteps)
  const travel = page.getByRole('region', { name: 'Time travel' })
  const then = page.getByRole('group', { name: 'As it was' })
  const slider = travel.getByRole('slider')
  await expect(slider).toHaveAttribute('aria-valuetext', 'now')
  await expect(then).toBeHidden()

  await slider.focus()
  await page.keyboard.press('Home')
  await expect(then).toContainText('Starting.')
  await expect(then).toContainText('20 % to 2.4.0, 80 % to 2.3.3')
  await expect(then).toContainText('Nothing had been decided yet')
  await page.keyboard.press('ArrowRight')
  await expect(page).toHaveURL(/\?at=\d{4}-/)

  const events = travel.getByRole('list', { name: 'Events' })
  await events.getByRole('button', { name: /fine/ }).focus()
  await page.keyboard.press('Enter')
  await expect(then).toContainText('Fine.')
  await expect(then).toContainText(/Decision \d+: allow\./)
  await expect(then).toContainText('20 % to 2.4.0')
  await expect(then.getByRole('region', { name: 'Error rate' })).toBeVisible()
  const sent = page.url()

  await travel.getByRole('button', { name: 'Later event' }).focus()
  await page.keyboard.press('Enter')
  await expect(page).not.toHaveURL(sent)
  await events.getByRole('button', { name: /stop$/ }).focus()
  await page.keyboard.press('Enter')
  await expect(then).toContainText('Stopped.')
  await expect(then).toContainText('0 % to 2.4.0, 100 % to 2.3.3')
  await expect(then).toContainText('Decision')

  await travel.getByRole('button', { name: 'Back to now' }).focus()
  await page.keyboard.press('Enter')
  await expect(then).toBeHidden()
  await expect(page).toHaveURL(`${panelUrl}${paths.incident(incident ?? '')}`)

  const phone = await browser.newContext({
    storageState: 'test-results/signed-in.json',
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
  })
  const received = await phone.newPage()
  await received.goto(sent)
  const seen = received.getByRole('group', { name: 'As it was' })
  await expect(seen).toContainText('Fine.')
  await expect(seen).toContainText(/Decision \d+: allow\./)
  await received.getByRole('slider').scrollIntoViewIfNeeded()
  const bar = await received.getByRole('slider').boundingBox()
  expect(bar?.height).toBeGreaterThanOrEqual(44)
  await received.touchscreen.tap((bar?.x ?? 0) + (bar?.width ?? 0) - 4, (bar?.y ?? 0) + 22)
  await expect(seen).toContainText('Stopped.')
  expect(await received.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
  await phone.close()
})
