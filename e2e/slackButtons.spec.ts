import { expect, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { slackSigningSecret } from '#lib/testing/launched.ts'
import { pressButton } from '#lib/testing/slack/press.ts'
import type { SlackMessage } from '#lib/testing/slack/workspace.ts'
import { installation } from './support/installation.ts'
import { record, rolloutNow, startRollout } from './support/machine.ts'
import { enterBy, invite, provedIfAsked } from './support/people.ts'

/** What is asked for in the browser is decided in Slack, and both say so. */

const member = 'U0SLACKPIA'

async function messageAbout(said: string, agent: string): Promise<SlackMessage | undefined> {
  const answer = await fetch(`${installation().slackUrl}/control/messages`)
  const all = (await answer.json()) as SlackMessage[]
  return all.findLast(({ text }) => text.includes(said) && text.includes(agent))
}

test('a promotion asked for in the browser is approved by a button in Slack, and by nobody unknown', async ({
  page,
  browser,
}) => {
  const agent = 'slack-agent'
  const { panelUrl, slackUrl } = installation()
  const rolloutId = await startRollout(agent)
  await enterBy(browser, await invite(page, 'Pia', 'pia@example.com', 'Approver'))

  await page.goto(`${panelUrl}${paths.settings.people()}`)
  await page.getByRole('button', { name: 'Manage Pia' }).click()
  const account = page.getByRole('dialog', { name: 'Pia' })
  await account.getByLabel('Slack account').fill(member)
  await account.getByRole('button', { name: 'Save the Slack account' }).click()
  await provedIfAsked(page)

  await page.goto(`${panelUrl}${paths.rollout(agent, rolloutId)}`)
  await page.getByRole('button', { name: 'Promote to 100 %' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Why').fill('Quiet since Monday')
  await dialog.getByRole('button', { name: 'Ask a second person' }).click()
  await expect.poll(() => messageAbout('Quiet since Monday', agent)).toBeDefined()
  const message = (await messageAbout('Quiet since Monday', agent)) as SlackMessage

  const url = `${panelUrl}/api/slack/interactions`
  const press = { url, signingSecret: slackSigningSecret, message, label: 'Approve' }
  const whispers = async () => await (await fetch(`${slackUrl}/control/whispers`)).text()
  expect((await pressButton({ ...press, user: 'U0STRANGER' })).status).toBe(200)
  await expect.poll(whispers).toContain('(U0STRANGER) belongs to nobody in Switchback')
  expect((await rolloutNow(rolloutId))['phase']).toBe('progressing')

  expect((await pressButton({ ...press, user: member })).status).toBe(200)
  await expect(page.getByRole('region', { name: 'Stages' })).toContainText('100 %')
  await expect.poll(async () => (await rolloutNow(rolloutId))['phase']).toBe('completed')
  await expect.poll(() => messageAbout('Approved by Pia', agent)).toMatchObject({ ts: message.ts })
  expect(JSON.stringify(await messageAbout('Approved by Pia', agent))).not.toContain('"value"')
  const lines = (await record(agent)).map(({ action, outcome }) => `${String(action)} ${String(outcome)}`)
  expect(lines).toEqual(expect.arrayContaining(['slack.press refused', 'slack.press done']))
})
