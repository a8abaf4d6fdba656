import { expect, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { installation } from './support/installation.ts'
import { rolloutNow, startRollout, talk } from './support/machine.ts'

/** A rollback is rehearsed while real conversations go on, and none of them notices. */

test('a drill is run, shows its seconds, proves the switch, and moves no traffic', async ({ page }) => {
  const agent = 'drilled-agent'
  const rolloutId = await startRollout(agent)
  const fleet = await talk(agent)
  try {
    const { panelUrl, slackUrl } = installation()
    await page.goto(`${panelUrl}${paths.agent(agent)}`)
    const before = await rolloutNow(rolloutId)
    await page.getByRole('link', { name: /Check readiness/ }).click()
    const item = page.getByRole('listitem', { name: 'The switch back was rehearsed' })
    await expect(item).toContainText('lacks proof')
    await item.getByRole('button', { name: 'Run a drill' }).click()
    const row = page
      .getByRole('table', { name: `Drills of ${agent}` })
      .getByRole('row')
      .nth(1)
    await expect(row).toContainText('passed')
    await expect(row).toContainText(/In force at 1 edge after \d+\.\d\d s; 3 of 3 instances switched/)
    await expect(row).toContainText('made up')
    await expect(item).toContainText('The newest drill passed.')

    const after = await rolloutNow(rolloutId)
    expect([after['phase'], after['weightPercent']]).toEqual([before['phase'], before['weightPercent']])
    const messages = async () => await (await fetch(`${slackUrl}/control/messages`)).text()
    await expect.poll(messages).toContain(`The drill of ${agent} passed`)

    const schedule = page.getByRole('group', { name: 'Schedule' })
    await schedule.getByLabel('By itself').selectOption({ label: 'every 7 days' })
    await schedule.getByRole('button', { name: 'Save the schedule' }).click()
    await expect(page.getByText(/^next /)).toBeVisible()
  } finally {
    await fleet.stop()
  }
})
