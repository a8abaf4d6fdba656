import { expect, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { installation } from './support/installation.ts'
import { call, rolloutFile, rolloutNow, startRollout } from './support/machine.ts'
import { enterBy, invite, password } from './support/people.ts'

test('after a stop: reviewed by one, unlocked by another, and released again', async ({ page, browser }) => {
  const agent = 'review-agent'
  const { panelUrl } = installation()
  const rolloutId = await startRollout(agent)
  await call('POST', `/rollouts/${rolloutId}/rollback`, { reason: 'it answers in French' })
  const incident = String((await rolloutNow(rolloutId))['incident'])
  const dora = await enterBy(browser, await invite(page, 'Dora', 'dora@example.com', 'Approver'))
  const again = () => call('POST', `/agents/${agent}/rollouts`, rolloutFile(agent), 'application/yaml')
  expect((await again()).status).toBe(409)

  await page.goto(`${panelUrl}${paths.incident(incident)}`)
  const unlock = page.getByRole('button', { name: 'Unlock 2.4.0' })
  await expect(unlock).toHaveAttribute('aria-disabled', 'true')
  await expect(page.getByText('It takes a review first')).toBeVisible()
  await page.getByLabel('Note', { exact: true }).fill('A customer wrote in first. <b>Not markup</b>')
  await page.getByRole('button', { name: 'Add the note' }).click()
  await expect(page.getByText('A customer wrote in first. <b>Not markup</b>')).toBeVisible()

  const review = page.getByRole('form', { name: 'Review this incident' })
  await review.getByLabel('What caused it').selectOption({ label: 'The prompt' })
  await review.getByLabel('What happened').fill('The prompt was the French one')
  await review.getByLabel('What changes').fill('The language is a test now')
  await review.getByRole('button', { name: 'Keep the review' }).click()
  await expect(page.getByText('the stop was right', { exact: true })).toBeVisible()

  await expect(unlock).toHaveAttribute('aria-disabled', 'false')
  await unlock.click()
  await page.getByRole('dialog').getByLabel('Why').fill('It was the evaluation that was wrong')
  await page.getByRole('dialog').getByRole('button', { name: 'Ask a second person' }).click()
  await expect(page.getByText('You asked for it: a second person has to approve').first()).toBeVisible()
  expect((await again()).status).toBe(409)

  await dora.goto(`${panelUrl}${paths.approvals()}`)
  const asked = dora.getByRole('region', { name: 'Unlock 2.4.0' }).filter({ hasText: agent })
  await expect(asked).toContainText('The prompt was the French one')
  await asked.getByRole('button', { name: /^Approve/ }).click()
  await dora
    .getByRole('dialog')
    .getByRole('button', { name: /^Approve/ })
    .click()
  const proof = dora.getByRole('dialog', { name: 'Enter your password again' })
  await expect(proof.or(dora.getByText('Approved and done')).first()).toBeVisible()
  if (await proof.isVisible()) {
    await proof.getByLabel('Password').fill(password)
    await proof.getByRole('button', { name: 'Confirm it is me' }).click()
  }
  await expect(asked).toBeHidden()
  await expect(page.getByText('not locked', { exact: true })).toBeVisible()
  expect((await again()).status).toBe(201)

  const file = await page.request.get(`${panelUrl}${paths.incidentExport(incident, 'md')}`)
  expect(file.headers()['content-disposition']).toContain('.md')
  expect(await file.text()).toContain('The prompt was the French one')
})
