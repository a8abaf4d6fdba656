import { expect, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { installation } from './support/installation.ts'
import { record, rolloutNow, slackAbout, startRollout, talk } from './support/machine.ts'

test('false alarm: a short spike that breaches nothing stops nothing, and is on the record', async ({
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

    await page.goto(`${installation().panelUrl}${paths.rollout(agent, rolloutId)}`)
    await expect(page.getByLabel('Verdict')).toContainText(/Fine|Holding/)
    await expect(page.getByRole('button', { name: 'Roll back to 2.3.3' })).toBeEnabled()
    const entries = await record(agent)
    const decisions = entries.filter((entry) => entry['action'] === 'decision')
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
