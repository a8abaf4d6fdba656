import { expect, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { installation } from './support/installation.ts'
import { call, startRollout } from './support/machine.ts'
import { enterBy, invite } from './support/people.ts'

test('a policy is tightened by one, and loosened only with a second person', async ({ page, browser }) => {
  const agent = 'policy-agent'
  const { panelUrl } = installation()
  const rolloutId = await startRollout(agent)
  await call('POST', `/rollouts/${rolloutId}/rollback`, { reason: 'only its policy is needed' })
  const cleo = await enterBy(browser, await invite(page, 'Cleo', 'cleo@example.com', 'Approver'))

  await page.goto(`${panelUrl}${paths.policy(agent)}`)
  const draft = page.getByRole('textbox', { name: /Draft/ })
  const before = await draft.inputValue()
  await draft.fill(before.replace('limit: 0.05', 'limit: 5'))
  await expect(page.getByRole('alert').filter({ hasText: 'rollback.triggers.error_rate' })).toContainText(
    'given 5',
  )
  await draft.fill(before.replace('limit: 0.05', 'limit: 0.02'))
  await expect(page.getByLabel('Difference to the policy in force')).toContainText('limit: 0.02')
  await page.getByRole('button', { name: 'Replay this draft' }).click()
  await expect(
    page.getByText(/There is no rollout with checks yet|Past rollouts under this draft/).first(),
  ).toBeAttached()
  await page.getByRole('button', { name: 'Put this policy in force' }).click()
  await page.getByRole('dialog').getByLabel('Why').fill('It has been stable for a month')
  await page.getByRole('dialog').getByRole('button', { name: 'Put this policy in force' }).click()
  await expect(page.getByText('Version 2 is in force')).toBeVisible()

  const now = await draft.inputValue()
  await draft.fill(now.replace('limit: 0.02', 'limit: 0.1'))
  await expect(page.getByRole('region', { name: 'What it loosens' })).toContainText(
    'rollback.triggers.error_rate',
  )
  await page.getByRole('button', { name: 'Put this policy in force' }).click()
  await page.getByRole('dialog').getByLabel('Why').fill('The provider is noisy this week')
  await page.getByRole('dialog').getByRole('button', { name: 'Ask a second person' }).click()
  await expect(page.getByRole('region', { name: `Loosen the policy of ${agent}` })).toBeVisible()
  await expect(page.getByText('Version 2 is in force')).toBeVisible()

  await cleo.goto(`${panelUrl}${paths.approvals()}`)
  const asked = cleo.getByRole('region', { name: `Loosen the policy of ${agent}` })
  await expect(asked).toContainText('2 % → 10 %')
  await asked.getByRole('button', { name: /^Approve/ }).click()
  await cleo
    .getByRole('dialog')
    .getByRole('button', { name: /^Approve/ })
    .click()
  await expect(asked).toBeHidden()
  await expect(page.getByText('Version 3 is in force')).toBeVisible()
})
