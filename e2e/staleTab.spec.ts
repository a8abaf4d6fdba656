import { expect, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { installation } from './support/installation.ts'
import { postWell, record, rolloutNow, startRollout } from './support/machine.ts'

/** A tab that was open while Switchback was updated: its actions have other names now, and its scripts are gone. */

test('a tab from before an update says so for what it cannot do any more, and pauses and rolls back all the same', async ({
  page,
}) => {
  const agent = 'updated-agent'
  const rolloutId = await startRollout(agent)
  await page.goto(`${installation().panelUrl}${paths.rollout(agent, rolloutId)}`)
  const actions = page.getByRole('region', { name: 'Actions' })
  await expect(actions).toBeVisible()
  await page.route('**/_next/static/**', (route) => route.fulfill({ status: 404 }))
  await page.route('**/rollouts/**', async (route) => {
    const headers = route.request().headers()
    if (headers['next-action'] === undefined) return await route.continue()
    await route.continue({ headers: { ...headers, 'next-action': '40'.padEnd(42, '0') } })
  })

  await actions.getByRole('button', { name: 'Pause at 20 %' }).click()
  await expect.poll(async () => (await rolloutNow(rolloutId))['phase']).toBe('paused')
  await actions.getByRole('button', { name: 'Resume' }).click()
  await expect(actions.getByRole('alert')).toContainText('This page is from before an update of Switchback')
  expect((await rolloutNow(rolloutId))['phase']).toBe('paused')

  // Asked by the page where the question had come already, else by the browser.
  page.on('dialog', (asked) => void asked.accept())
  await actions.getByRole('button', { name: 'Roll back to 2.3.3' }).click()
  const confirm = page.getByRole('dialog').getByRole('button', { name: /[Rr]oll back/ })
  const isBack = page.getByRole('alert').filter({ hasText: 'Stopped.' })
  await expect(confirm.or(isBack).first()).toBeVisible()
  if (await confirm.isVisible()) await confirm.click()
  await expect.poll(async () => (await rolloutNow(rolloutId))['phase']).toBe('rolled_back')
  const lines = (await record(agent)).map(({ action }) => action)
  expect(lines).toContain('rollout.rollback')
})

test('where the scripts of its question do not come, the browser asks it, and the charts go alone', async ({
  page,
}) => {
  const agent = 'bare-agent'
  const rolloutId = await startRollout(agent)
  await postWell(agent)
  await page.route('**/_next/static/**', async (route) => {
    const answer = await route.fetch()
    const script = await answer.text()
    const isLate = script.includes('Can be added later') || script.includes('recharts-wrapper')
    await (isLate ? route.fulfill({ status: 404 }) : route.fulfill({ response: answer }))
  })
  await page.goto(`${installation().panelUrl}${paths.rollout(agent, rolloutId)}`)
  await expect(page.getByText('This part could not be loaded').first()).toBeVisible()
  const asked: string[] = []
  page.on('dialog', async (dialog) => {
    asked.push(dialog.message())
    await dialog.accept()
  })
  await page.getByRole('button', { name: 'Roll back to 2.3.3' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Stopped.' })).toBeVisible()
  expect(asked).toHaveLength(1)
  expect(asked[0]).toContain('All traffic goes to 2.3.3')
  expect((await rolloutNow(rolloutId))['phase']).toBe('rolled_back')
})
