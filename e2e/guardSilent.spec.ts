import { execFileSync } from 'node:child_process'
import { expect, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { openInstallation } from '#lib/testing/launched.ts'
import { enter } from './support/enter.ts'
import { startRollout } from './support/machine.ts'

/** The guard falls silent while a page is open. An installation of its own: its guard hangs. */

test('a guard that hangs: the page says so, promoting is frozen, Slack hears it once; and all is lifted', async ({
  browser,
}) => {
  test.setTimeout(180_000)
  const at = await openInstallation()
  const context = await browser.newContext({ storageState: { cookies: [], origins: [] } })
  let guard = 0
  try {
    const rolloutId = await startRollout('frozen-agent', at)
    const page = await context.newPage()
    await enter(page, at.link)
    await page.goto(`${at.panelUrl}${paths.rollout('frozen-agent', rolloutId)}`)
    const banner = page.getByRole('alert').filter({ hasText: 'The guard is silent.' })
    await expect(page.getByRole('heading', { name: 'Stages' })).toBeVisible()
    await expect(banner).toBeHidden()

    guard = guardOf(at.launcherPid)
    process.kill(guard, 'SIGSTOP')
    await expect(banner).toContainText('promotion is frozen', { timeout: 45_000 })
    await expect.poll(async () => await said(at.slackUrl, 'No guard is judging'), { timeout: 30_000 }).toBe(1)
    const promoted = await fetch(`${at.panelUrl}/api/v1/rollouts/${rolloutId}/promote`, {
      method: 'POST',
      headers: { authorization: `Bearer ${at.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'it is fine' }),
    })
    expect(promoted.status).toBe(409)
    expect(await promoted.text()).toContain('promotion is frozen')

    process.kill(guard, 'SIGCONT')
    await expect(banner).toBeHidden({ timeout: 45_000 })
    await expect.poll(async () => await said(at.slackUrl, 'A guard is judging again')).toBe(1)
    expect(await said(at.slackUrl, 'No guard is judging')).toBe(1)
  } finally {
    if (guard > 0) process.kill(guard, 'SIGCONT')
    await context.close()
    await at.stop()
  }
})

async function said(slackUrl: string, words: string): Promise<number> {
  const messages = (await (await fetch(`${slackUrl}/control/messages`)).json()) as { text: string }[]
  return messages.filter((message) => message.text.includes(words)).length
}

function guardOf(launcherPid: number): number {
  const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n')
  const line = all.find(
    (each) => Number(each.trim().split(/ +/)[1]) === launcherPid && each.includes('lib/guard/'),
  )
  if (!line) throw new Error('The guard does not run')
  return Number(line.trim().split(/ +/)[0])
}
