import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { nodeFlags, root } from '#lib/launcher/root.ts'
import { paths } from '#lib/paths.ts'
import { postRuns } from '#lib/testing/otlpRuns.ts'
import { startProgram } from '#lib/testing/program.ts'
import { installation } from './support/installation.ts'
import { press } from './support/keyboard.ts'
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
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' })
  const [code] = (await once(child, 'exit')) as [number]
  expect(code).toBe(0)
}

/** A second guard on the same database. */
function startAnotherGuard() {
  const { env, databaseUrl } = installation()
  const args = [...nodeFlags, join(root, 'lib/guard/main.ts')]
  return startProgram({ args, env: { ...env, DATABASE_URL: databaseUrl } })
}

test('repeated signal: ten times, from two processes, two guards and late runs: one switch, one message, and a count', async ({
  page,
}) => {
  const agent = 'repeat-agent'
  const rolloutId = await startRollout(agent)
  const guard = startAnotherGuard()
  const fleet = await talk(agent)
  try {
    fleet.fault('errors', true)
    await expect
      .poll(async () => (await rolloutNow(rolloutId))['phase'], { timeout: 60_000 })
      .toBe('rolled_back')
    const late = { agent, version: '2.4.0', failed: true, toolFails: true }
    await Promise.all([
      askFromAnotherProcess(rolloutId),
      askFromAnotherProcess(rolloutId),
      postRuns(installation(), [late, late, late]),
    ])
    const repeats = async (kind: string) =>
      (await record(agent)).filter(
        (entry) =>
          entry['outcome'] === 'already_rolled_back' && (entry['actor'] as { kind: string }).kind === kind,
      ).length
    await expect.poll(() => repeats('token')).toBe(10)
    await expect.poll(() => repeats('policy')).toBeGreaterThan(0)
  } finally {
    await fleet.stop()
    await guard.stop()
  }
  await expect
    .poll(async () => (await rolloutNow(rolloutId))['recovery'], { timeout: 30_000 })
    .not.toBe('verifying')

  const entries = await record(agent)
  const { suppressed } = await rolloutNow(rolloutId)
  expect(entries.filter((entry) => entry['outcome'] === 'rolled_back')).toHaveLength(1)
  expect(entries.filter((entry) => entry['outcome'] === 'already_rolled_back')).toHaveLength(
    Number(suppressed),
  )
  await expect.poll(async () => (await slackAbout(agent)).replies.length).toBe(2)
  expect((await slackAbout(agent)).parents).toHaveLength(1)

  // By keyboard alone, from where somebody comes in.
  await page.goto(`${installation().panelUrl}${paths.incidents()}`)
  await press(page, page.getByRole('link', { name: new RegExp(agent) }).first())
  await expect(page.getByText(`The same signal came again ${String(suppressed)} times`)).toBeVisible()
  await press(page, page.getByRole('link', { name: 'The rollout and its charts' }))
  await expect(page.getByText('Same signal again, nothing executed')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Decisions' })).toContainText(`× ${String(suppressed)}`)
  await expect(page.getByRole('button', { name: /^Roll back/ })).toBeHidden()
  await press(page, page.getByRole('link', { name: 'the whole record' }))
  await expect(page.getByRole('list', { name: 'Entries' })).toContainText('The same signal came again')
})
