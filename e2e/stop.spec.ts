import { expect, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { installation } from './support/installation.ts'
import { call, record, rolloutFile, rolloutNow, slackAbout, startRollout, talk } from './support/machine.ts'

test('stop in canary: traffic goes back, the candidate is locked, recovery is proven, people are told', async ({
  page,
}) => {
  const agent = 'support-agent'
  const rolloutId = await startRollout(agent)
  const fleet = await talk(agent)
  try {
    await page.goto(`${installation().panelUrl}${paths.rollout(agent, rolloutId)}`)
    await expect(page.getByRole('button', { name: 'Roll back to 2.3.3' })).toBeVisible()
    await expect.poll(() => fleet.state().servedLately['2.4.0'] ?? 0).toBeGreaterThan(3)
    fleet.fault('errors', true)

    await expect(page.getByRole('alert').filter({ hasText: 'Stopped.' })).toBeVisible({ timeout: 40_000 })
    await expect(page.getByLabel('Verdict')).toContainText('is locked until its incident is reviewed')
    await expect(page.getByRole('region', { name: 'Candidate 2.4.0' })).toContainText('locked')
    await expect
      .poll(() => fleet.state().servedLately, { timeout: 30_000 })
      .toEqual({ '2.3.3': expect.any(Number) })

    const again = await call('POST', `/agents/${agent}/rollouts`, rolloutFile(agent), 'application/yaml')
    expect(again.status).toBe(409)
    expect(String(again.body['detail'])).toContain('2.4.0 is locked until its incident is reviewed')

    await expect
      .poll(async () => (await rolloutNow(rolloutId))['recovery'], { timeout: 40_000 })
      .toBe('recovered')
    await expect(page.getByLabel('What happens next')).toContainText('Recovered')
    await expect(page.getByRole('listitem').filter({ hasText: 'measured share 0 %' })).toContainText('done')

    const stop = (await record(agent)).find((entry) => entry['action'] === 'rollout.rollback')
    expect(stop).toMatchObject({
      outcome: 'rolled_back',
      reason: 'rollback_required',
      from_version: `${agent}@2.4.0`,
      to_version: `${agent}@2.3.3`,
      stage: 'canary',
      switch_status: 'requested',
      actor: { kind: 'policy' },
    })
    await expect.poll(async () => (await slackAbout(agent)).replies.length).toBe(2)
    const { parents } = await slackAbout(agent)
    expect(parents).toHaveLength(1)
    expect(parents[0]?.text.split('\n')[0]).toBe(
      '🛑 Rollback triggered support-agent@2.4.0 -> 2.3.3, reason=rollback_required, stage=canary.',
    )

    await page.getByRole('link', { name: 'Open the incident' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toContainText('went back from 2.4.0 to 2.3.3')
    await page.getByRole('button', { name: 'Run this decision again' }).click()
    await expect(
      page.getByText(/The same answer from \d+ recorded checks: stop, rollback_required/),
    ).toBeVisible()

    await page.goto(`${installation().panelUrl}${paths.newRollout(agent)}`)
    await expect(page.getByRole('main')).toContainText(
      'No rollout can start. There is no other unlocked version',
    )
  } finally {
    await fleet.stop()
  }
})

test('a person rolls back with one click and one confirmation, and sees it ordered, in force, verified', async ({
  page,
}) => {
  const agent = 'brake-agent'
  const rolloutId = await startRollout(agent)
  const fleet = await talk(agent)
  try {
    await page.goto(`${installation().panelUrl}${paths.rollout(agent, rolloutId)}`)
    await page.getByRole('button', { name: 'Roll back to 2.3.3' }).click()
    const dialog = page.getByRole('dialog', { name: 'Roll back to 2.3.3?' })
    await expect(dialog).toContainText('All traffic goes to 2.3.3')
    await dialog.getByRole('button', { name: 'Roll back to 2.3.3' }).click()

    await expect(page.getByRole('alert').filter({ hasText: 'Stopped.' })).toBeVisible()
    await expect(page.getByRole('listitem').filter({ hasText: 'in force at every edge' })).toContainText(
      'done',
    )
    await expect(page.getByRole('region', { name: 'Candidate 2.4.0' })).toContainText(
      'verified in the traffic',
      { timeout: 40_000 },
    )
    const stop = (await record(agent)).find((entry) => entry['action'] === 'rollout.rollback')
    expect(stop).toMatchObject({ reason: 'manual', actor: { kind: 'person', name: 'Mira K.' } })
  } finally {
    await fleet.stop()
  }
})
