import { expect, test } from '@playwright/test'
import type { Check } from '#lib/domain/decision/check.ts'
import { paths } from '#lib/paths.ts'
import { installation } from './support/installation.ts'
import { press, tabTo } from './support/keyboard.ts'
import { record, rolloutNow, slackAbout, startRollout, talk } from './support/machine.ts'

test('false alarm: a short spike that breaches nothing stops nothing, and is on the record: read by keyboard alone', async ({
  page,
}) => {
  const agent = 'spike-agent'
  const rolloutId = await startRollout(agent)
  const fleet = await talk(agent)
  const sumOf = async (of: (check: Check) => number) =>
    (await record(agent)).reduce((sum, entry) => {
      const check = (entry['details'] as { check?: Check } | null)?.check
      return sum + (check ? of(check) : 0)
    }, 0)
  const runs = async () => await sumOf((check) => check.runs.candidate)
  const failures = async () => await sumOf(({ limits }) => limits['errors']?.candidate[0] ?? 0)
  try {
    await expect.poll(runs, { timeout: 40_000 }).toBeGreaterThan(40)
    const failedBefore = await failures()
    fleet.fault('blip', true)
    await expect.poll(() => fleet.state().faults).toEqual([])
    const seen = await runs()
    await expect.poll(runs, { timeout: 40_000 }).toBeGreaterThan(seen + 20)
    // Both runs that failed were judged.
    await expect.poll(failures, { timeout: 40_000 }).toBeGreaterThanOrEqual(failedBefore + 2)

    await page.goto(`${installation().panelUrl}${paths.now()}`)
    await press(page, page.getByRole('article', { name: agent }).getByRole('link', { name: agent }))
    await expect(page).toHaveURL(new RegExp(paths.rollout(agent, rolloutId)))
    await expect(page.getByLabel('Verdict')).toContainText(/Fine|Holding/)
    // The brake is within reach, and is not needed.
    await tabTo(page, page.getByRole('button', { name: 'Roll back to 2.3.3' }))
    await expect(page.getByRole('button', { name: 'Roll back to 2.3.3' })).toBeEnabled()
    const stream = page.getByRole('region', { name: 'Decisions' })
    await expect(stream).not.toContainText('stop')
    await press(page, stream.getByRole('link', { name: 'the whole record' }))
    const entries = page.getByRole('list', { name: 'Entries' })
    // The newest changes with every check; the oldest stays under the hand.
    await press(page, entries.locator('summary').last())
    await expect(page.getByLabel('The entry as it was hashed').first()).toBeVisible()
    const decisions = (await record(agent)).filter((entry) => entry['action'] === 'decision')
    expect(decisions.length).toBeGreaterThan(3)
    expect(decisions.filter((entry) => entry['outcome'] === 'stop')).toEqual([])
    expect(await rolloutNow(rolloutId)).toMatchObject({
      phase: 'progressing',
      stage: 'canary',
      weightPercent: 20,
      candidateLocked: false,
    })
    expect((await slackAbout(agent)).parents).toEqual([])
  } finally {
    await fleet.stop()
  }
})
