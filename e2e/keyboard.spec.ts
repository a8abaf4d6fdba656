import { expect, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { installation } from './support/installation.ts'
import { press, tabTo, write } from './support/keyboard.ts'
import { call, rolloutFile, rolloutNow, startRollout } from './support/machine.ts'
import { enterBy, invite, password } from './support/people.ts'

/**
 * Stop, incident, review and unlock by the keyboard alone: nothing is clicked, and focus is always to be seen. The two other
 * scenarios, a false alarm and a repeated signal, are looked at by keyboard in their own stories.
 */

test('by keyboard alone: stop, incident, review, unlock by a second person', async ({ page, browser }) => {
  test.setTimeout(150_000)
  const agent = 'keyboard-agent'
  const { panelUrl } = installation()
  const rolloutId = await startRollout(agent)
  // Who the second person is was settled before; that is another story.
  const kim = await enterBy(browser, await invite(page, 'Kim', 'kim@example.com', 'Approver'))

  await page.goto(`${panelUrl}${paths.rollout(agent, rolloutId)}`)
  await press(page, page.getByRole('button', { name: 'Roll back to 2.3.3' }))
  const ask = page.getByRole('dialog', { name: 'Roll back to 2.3.3?' })
  await press(page, ask.getByRole('button', { name: 'Roll back to 2.3.3' }))
  await expect(page.getByRole('alert').filter({ hasText: 'Stopped.' })).toBeVisible()
  expect((await rolloutNow(rolloutId))['phase']).toBe('rolled_back')

  await press(page, page.getByRole('link', { name: 'Open the incident' }))
  await expect(page.getByRole('heading', { level: 1 })).toContainText('went back from 2.4.0 to 2.3.3')
  const unlock = page.getByRole('button', { name: 'Unlock 2.4.0' })
  await expect(unlock).toHaveAttribute('aria-disabled', 'true')

  const review = page.getByRole('form', { name: 'Review this incident' })
  const cause = review.getByLabel('What caused it')
  await tabTo(page, cause)
  await page.keyboard.type('The prompt')
  await expect(cause.locator('option:checked')).toHaveText('The prompt')
  await write(page, review.getByLabel('What happened'), 'The prompt was the French one')
  await write(page, review.getByLabel('What changes'), 'The language is a test now')
  await press(page, review.getByRole('button', { name: 'Keep the review' }))
  await expect(page.getByText('the stop was right', { exact: true })).toBeVisible()

  await expect(unlock).toHaveAttribute('aria-disabled', 'false')
  await press(page, unlock)
  const dialog = page.getByRole('dialog', { name: 'Unlock 2.4.0' })
  await write(page, dialog.getByLabel('Why'), 'It was the evaluation that was wrong')
  await press(page, dialog.getByRole('button', { name: 'Ask a second person' }))
  await expect(page.getByText('You asked for it: a second person has to approve').first()).toBeVisible()

  await kim.goto(`${panelUrl}${paths.approvals()}`)
  const asked = kim.getByRole('region', { name: 'Unlock 2.4.0' }).filter({ hasText: agent })
  await press(kim, asked.getByRole('button', { name: /^Approve/ }))
  await press(kim, kim.getByRole('dialog').getByRole('button', { name: /^Approve/ }))
  const proof = kim.getByRole('dialog', { name: 'Enter your password again' })
  await expect(proof.or(kim.getByText('Approved and done')).first()).toBeVisible()
  if (await proof.isVisible()) {
    await write(kim, proof.getByLabel('Password'), password)
    await kim.keyboard.press('Enter')
  }
  await expect(asked).toBeHidden()
  await expect(page.getByText('not locked', { exact: true })).toBeVisible()
  const again = await call('POST', `/agents/${agent}/rollouts`, rolloutFile(agent), 'application/yaml')
  expect(again.status).toBe(201)
})
