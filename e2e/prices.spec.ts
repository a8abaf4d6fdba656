import { expect, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { installation } from './support/installation.ts'

test('a price is added, refused where it overlaps, changed, and ended; what was stays in the list', async ({
  page,
}) => {
  const model = `priced-${test.info().workerIndex}`
  await page.goto(`${installation().panelUrl}${paths.settings.prices()}`)
  const dialog = page.getByRole('dialog')
  const add = async () => {
    await page.getByRole('button', { name: 'Add a price', exact: true }).click()
    await dialog.getByLabel('Model').fill(model)
    await dialog.getByLabel('Input', { exact: true }).fill('1.25')
    await dialog.getByLabel('Output', { exact: true }).fill('10')
    await dialog.getByRole('button', { name: 'Add the price' }).click()
  }
  const own = page.getByRole('region', { name: 'Your prices' }).last()
  await add()
  await expect(own.getByRole('row').filter({ hasText: model })).toContainText('$1.25')
  await add()
  await expect(dialog.getByRole('alert')).toContainText(`overlaps the entry ${model} of any provider from`)
  await dialog.getByRole('button', { name: 'Cancel' }).click()

  await page.getByRole('button', { name: `Change the price of ${model}` }).click()
  await dialog.getByLabel('Input', { exact: true }).fill('2.5')
  await dialog.getByRole('button', { name: 'Change the price' }).click()
  const rows = own.getByRole('row').filter({ hasText: model })
  await expect(rows).toHaveCount(2)
  await expect(rows.filter({ hasText: 'Ended' })).toContainText('$1.25')

  await rows.filter({ hasText: '$2.50' }).getByRole('button', { name: 'End now' }).click()
  await dialog.getByRole('button', { name: 'End now' }).click()
  await expect(rows.filter({ hasText: 'Ended' })).toHaveCount(2)
})

test('links to traces take an address with the trace in it, and no script', async ({ page }) => {
  await page.goto(`${installation().panelUrl}${paths.settings.traces()}`)
  const template = page.getByLabel('Template')
  await template.fill('javascript:alert("{trace_id}")')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'template' })).toContainText('https://')
  await template.fill('https://traces.example/trace/{trace_id}?span={span_id}')
  await expect(page.getByText('A run would link to')).toContainText('https://traces.example/trace/5b8e')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('button', { name: 'Remove the links' })).toBeVisible()
  await page.reload()
  await expect(template).toHaveValue('https://traces.example/trace/{trace_id}?span={span_id}')
})
