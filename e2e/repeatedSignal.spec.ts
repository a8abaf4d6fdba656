import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { root } from '#lib/launcher/root.ts'
import { paths } from '#lib/paths.ts'
import { installation } from './support/installation.ts'
import { record, rolloutNow, slackAbout, startRollout, talk } from './support/machine.ts'

/** Five signals to roll back from a process of its own. */
async function askFromAnotherProcess(rolloutId: string): Promise<void> {
  const { panelUrl, token } = installation()
  const url = `${panelUrl}/api/v1/rollouts/${rolloutId}/rollback`
  const script = `await Promise.all(Array.from({ length: 5 }, async () => {
    const answer = await fetch(${JSON.stringify(url)}, { method: 'POST', headers: { authorization: 'Bearer ${token}', 'content-type': 'application/json' }, body: '{}' })
    const body = await answer.json()
    if (answer.status !== 200 || body.alreadyRolledBack !== true) throw new Error(JSON.stringify(body))
  }))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: join(root),
    stdio: 'inherit',
  })
  const [code] = (await once(child, 'exit')) as [number]
  expect(code).toBe(0)
}

test('repeated signal: ten times and from two processes at once, one switch, one message, and a count', async ({
  page,
}) => {
  const agent = 'repeat-agent'
  const rolloutId = await startRollout(agent)
  const fleet = await talk(agent)
  try {
    fleet.fault('errors', true)
    await expect
      .poll(async () => (await rolloutNow(rolloutId))['phase'], { timeout: 60_000 })
      .toBe('rolled_back')
    const before = await rolloutNow(rolloutId)
    await Promise.all([askFromAnotherProcess(rolloutId), askFromAnotherProcess(rolloutId)])

    const after = await rolloutNow(rolloutId)
    expect(Number(after['suppressed'])).toBeGreaterThanOrEqual(Number(before['suppressed']) + 10)
    const switches = (await record(agent)).filter((entry) => entry['action'] === 'rollout.rollback')
    expect(switches.filter((entry) => entry['outcome'] === 'rolled_back')).toHaveLength(1)
    expect(
      switches.filter((entry) => entry['outcome'] === 'already_rolled_back').length,
    ).toBeGreaterThanOrEqual(10)
    await expect.poll(async () => (await slackAbout(agent)).parents.length).toBe(1)

    await page.goto(`${installation().panelUrl}${paths.rollout(agent, rolloutId)}`)
    await expect(page.getByText('Same signal again, nothing executed')).toBeVisible()
    await expect(page.getByRole('region', { name: 'Decisions' })).toContainText(/× 1\d/)
  } finally {
    await fleet.stop()
  }
})
