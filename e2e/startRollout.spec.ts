import { expect, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { installation } from './support/installation.ts'
import { registerAgent, rolloutFile } from './support/machine.ts'

test('a rollout starts from a file; a mistake is shown at its line and nothing is lost', async ({ page }) => {
  const agent = 'file-agent'
  await registerAgent(agent)
  await page.goto(`${installation().panelUrl}${paths.newRollout(agent)}`)
  await page.getByRole('tab', { name: /YAML|file/i }).click()
  const box = page.getByRole('textbox', { name: /YAML|document|file/i })
  const wrong = rolloutFile(agent).replace('error_rate_p95: 0.05', 'error_rate_p95: 5')
  const file = { name: 'rollout.yaml', mimeType: 'application/yaml', buffer: Buffer.from(wrong) }
  await page.getByLabel('Read a file').setInputFiles(file)
  await expect(box).toHaveValue(wrong)
  const mistake = page.getByRole('listitem').filter({ hasText: 'rollback.triggers.error_rate_p95' })
  await expect(mistake).toContainText('Line 5')
  await page.getByRole('button', { name: 'Start the rollout' }).click()
  await expect(mistake).toContainText('given 5')
  await expect(box).toHaveValue(wrong)

  // The line is a way to the mistake: typing puts it right where it stands.
  await mistake.getByRole('button', { name: 'Line 5' }).click()
  await page.keyboard.type('    error_rate_p95: 0.05')
  await expect(box).toHaveValue(rolloutFile(agent))
  await page.getByRole('button', { name: /Start/ }).click()
  await expect(page).toHaveURL(/\/agents\/file-agent\/rollouts\/ro_/)
  await expect(page.getByRole('button', { name: 'Roll back to 2.3.3' })).toBeVisible()
  const latency = page.locator('section', { hasText: 'Latency p95' })
  await expect(latency.getByText('No run has finished in this time.')).toBeVisible()
  await expect(latency.getByText('The limit is 1.80 s.')).toBeVisible()
  await expect(page.getByText('No tool was called in this time.')).toBeVisible()
})

test('a rollout starts from the form, once it has a limit', async ({ page }) => {
  const agent = 'form-agent'
  await registerAgent(agent)
  await page.goto(`${installation().panelUrl}${paths.newRollout(agent)}`)
  await page.getByRole('button', { name: /Start/ }).click()
  await expect(page.getByText('Nothing was started')).toBeVisible()

  await page.getByLabel('Error rate, %').fill('5')
  await page.getByRole('button', { name: /Start/ }).click()
  await expect(page).toHaveURL(/\/agents\/form-agent\/rollouts\/ro_/)
  await expect(page.getByLabel('Verdict')).toContainText(/Starting|Holding/)
})
