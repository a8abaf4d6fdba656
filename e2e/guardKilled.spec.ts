import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import pg from 'pg'
import type { Fleet } from '#lib/demo/fleet.ts'
import type { GuardStep } from '#lib/guard/steps.ts'
import { nodeFlags, root } from '#lib/launcher/root.ts'
import { paths } from '#lib/paths.ts'
import { type Installation, openInstallation } from '#lib/testing/launched.ts'
import { startProgram } from '#lib/testing/program.ts'
import { enter } from './support/enter.ts'
import { record, rolloutNow, slackAbout, startRollout, talk } from './support/machine.ts'

/**
 * The guard is killed in the middle of each of its works, with everything real around it. An installation of its own: its
 * guard hangs all along. Between any two of its steps: lib/guard/killed.integration.test.ts.
 */

const killedAt: readonly GuardStep[] = ['evaluate.after', 'reconcile.before', 'verify.before', 'deliver.sent']

function guardOf(launcherPid: number): number {
  const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n')
  const line = all.find(
    (each) => Number(each.trim().split(/ +/)[1]) === launcherPid && each.includes('lib/guard/'),
  )
  if (!line) throw new Error('The guard does not run')
  return Number(line.trim().split(/ +/)[0])
}

/** Stops the installation's own guard where it holds nothing, so that only those of this story work. */
async function freezeGuard({ launcherPid, databaseUrl }: Installation): Promise<number> {
  const pid = guardOf(launcherPid)
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await expect
      .poll(async () => {
        process.kill(pid, 'SIGSTOP')
        const { rows } = await client.query<{ held: number }>(
          `SELECT (SELECT count(*) FROM graphile_worker._private_jobs WHERE locked_at IS NOT NULL)::int
                + (SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%')::int AS held`,
        )
        if (rows[0]?.held !== 0) process.kill(pid, 'SIGCONT')
        return rows[0]?.held
      })
      .toBe(0)
    return pid
  } finally {
    await client.end()
  }
}

test('a guard killed in the middle of each of its works: another finishes it, exactly once', async ({
  browser,
}) => {
  test.setTimeout(240_000)
  const at = await openInstallation()
  const frozen = await freezeGuard(at)
  const guard = (killAt: string) =>
    startProgram({
      args: [
        ...nodeFlags,
        join(root, 'lib/testing/guardThatDies.ts'),
        at.databaseUrl,
        at.slackApiUrl,
        at.slackToken,
        killAt,
      ],
      env: {},
    })
  const fleets: Fleet[] = []
  const rollouts = new Map<string, string>()
  let last: ReturnType<typeof guard> | undefined
  try {
    for (const step of killedAt) {
      const agent = `killed-${step.replace('.', '-')}`
      rollouts.set(agent, await startRollout(agent, at))
      const fleet = await talk(agent, at, 6)
      fleets.push(fleet)
      fleet.fault('errors', true)
      const dying = guard(step)
      expect(await dying.ended(), step).toBe('SIGKILL')
    }
    last = guard('')
    for (const [agent, id] of rollouts) {
      await expect
        .poll(async () => await rolloutNow(id, at), { timeout: 90_000, message: agent })
        .toMatchObject({
          phase: 'rolled_back',
          candidateLocked: true,
          recovery: 'recovered',
        })
      await expect.poll(async () => (await slackAbout(agent, at)).replies.length).toBe(2)
      expect((await slackAbout(agent, at)).parents).toHaveLength(1)
      const entries = await record(agent, at)
      const once = (action: string, outcome: string) =>
        entries.filter((entry) => entry['action'] === action && entry['outcome'] === outcome)
      expect(once('rollout.rollback', 'rolled_back'), agent).toHaveLength(1)
      expect(once('switch', 'applied'), agent).toHaveLength(1)
    }
    for (const fleet of fleets) expect(fleet.state().servedLately['2.4.0'] ?? 0).toBe(0)

    const page = await (await browser.newContext({ storageState: { cookies: [], origins: [] } })).newPage()
    await enter(page, at.link)
    for (const [agent, id] of rollouts) {
      await page.goto(`${at.panelUrl}${paths.rollout(agent, id)}`)
      await expect(page.getByRole('alert').filter({ hasText: 'Stopped.' })).toBeVisible()
      await expect(page.getByRole('region', { name: 'Verdict' })).toContainText('Recovered')
    }
  } finally {
    await Promise.all(fleets.map((fleet) => fleet.stop()))
    await last?.stop()
    process.kill(frozen, 'SIGCONT')
    await at.stop()
  }
})
