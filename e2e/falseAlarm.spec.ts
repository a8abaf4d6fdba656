import { expect, test } from '@playwright/test'
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
  const runsOf = async (failed: boolean) =>
    (await record(agent)).reduce((sum, entry) => {
      const candidate = (
        entry['details'] as { check?: { candidate: { runs: number; errors: number } } } | null
      )?.check?.candidate
      if (!candidate) return sum
      return sum + (failed ? candidate.errors : candidate.runs)
    }, 0)
  try {
    await expect.poll(() => runsOf(false), { timeout: 40_000 }).toBeGreaterThan(40)
    const failedBefore = await runsOf(true)
    fleet.fault('blip', true)
    await expect.poll(() => fleet.state().faults).toEqual([])
    const seen = await runsOf(false)
    await expect.poll(() => runsOf(false), { timeout: 40_000 }).toBeGreaterThan(seen + 20)

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
    await press(page, entries.locator('summary').first())
    await expect(page.getByLabel('The entry as it was hashed').first()).toBeVisible()
    const decisions = (await record(agent)).filter((entry) => entry['action'] === 'decision')
    expect(decisions.length).toBeGreaterThan(3)
    expect(decisions.filter((entry) => entry['outcome'] === 'stop')).toEqual([])
    expect(await runsOf(true)).toBeGreaterThanOrEqual(failedBefore)
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
