import { expect, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { installation } from './support/installation.ts'
import { call, registerAgent, rolloutFile, startRollout } from './support/machine.ts'
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

test('a first policy that asks nobody before all traffic takes a second person, by whichever way it comes', async ({
  page,
}) => {
  const agent = 'unpolicied-agent'
  const { panelUrl } = installation()
  await registerAgent(agent)
  const stage = 'stages: [{ name: all, weight_percent: 100, hold: 0s, gate: auto }]'
  const atOnce = rolloutFile(agent).replace(/stages:[^]*$/, stage)

  const refused = await call('POST', `/agents/${agent}/rollouts`, atOnce, 'application/yaml')
  expect(refused.status).toBe(409)
  expect(refused.body).toMatchObject({
    type: 'urn:switchback:problem:approval_needed',
    errors: [{ path: 'stages: 100 %', given: 'nobody is asked' }],
  })

  await page.goto(`${panelUrl}${paths.newRollout(agent)}`)
  await page.getByRole('tab', { name: /YAML|file/i }).click()
  await page.getByRole('textbox', { name: /YAML|document|file/i }).fill(atOnce)
  await page.getByRole('button', { name: 'Start the rollout' }).click()
  await expect(page.getByText('a second person has to approve it').first()).toBeVisible()

  await page.goto(`${panelUrl}${paths.policy(agent)}`)
  const draft = page.getByRole('textbox', { name: /Draft/ })
  await draft.fill(`${atOnce}\nscores: { helpful: 7 }\n`)
  await expect(page.getByRole('alert').filter({ hasText: 'scores.helpful' })).toContainText('given 7')
  await draft.fill(`${atOnce}\nscores: { helpful: 0.7 }\n`)
  await expect(page.getByRole('region', { name: 'What it loosens' })).toContainText('nobody is asked')
  await expect(page.getByText('scores.helpful: a mean of at least 0.7')).toBeVisible()
  await page.getByRole('button', { name: 'Put this policy in force' }).click()
  // Whoever is alone here does it with a password and a reason; everybody else asks.
  const dialog = page.getByRole('dialog', { name: `Put a first policy in force for ${agent}` })
  await expect(dialog).toContainText('No policy is in force yet')
  await expect(dialog).toContainText('stages: 100 %: nobody is asked')
})
