import { expect, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { installation } from './support/installation.ts'
import { registerAgent } from './support/machine.ts'

test('an agent says what it lacks, and an alert that arrives in Slack proves one item', async ({ page }) => {
  const agent = 'readiness-agent'
  const { panelUrl, slackUrl } = installation()
  await registerAgent(agent)
  await page.goto(`${panelUrl}${paths.agent(agent)}`)
  await page.getByRole('link', { name: 'Check readiness' }).click()
  await expect(page.getByRole('heading', { name: `Readiness of ${agent}` })).toBeVisible()
  await expect(page.getByText('The baseline lacks proof.')).toBeVisible()
  const item = (name: string) => page.getByRole('listitem', { name })
  await expect(item('Triggers roll back by written limits')).toContainText('No policy is in force')
  await expect(item('The stable version is attested and not locked')).toContainText('2.3.3, attested by')
  const alert = item('An alert arrived in a real channel')
  await expect(alert).toContainText('lacks proof')

  await alert.getByRole('button', { name: 'Send a test message' }).click()
  await expect(alert).toContainText('The test message arrived.')
  const messages = (await (await fetch(`${slackUrl}/control/messages`)).json()) as { text: string }[]
  expect(messages.filter(({ text }) => text.includes(`Alerts of ${agent} arrive here`))).toHaveLength(1)

  await page.goto(`${panelUrl}${paths.settings.alerts()}`)
  const row = page.getByRole('row').filter({ hasText: agent })
  await expect(row).toContainText('Test message')
  await expect(row).toContainText('sent')
})
