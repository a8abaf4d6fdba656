import { expect, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { installation } from './support/installation.ts'
import { record, rolloutNow, startRollout } from './support/machine.ts'

/** A tab that was open while Switchback was updated: its actions have other names now, and its scripts are gone. */

test('a tab from before an update says so for what it cannot do any more, and pauses and rolls back all the same', async ({
  page,
}) => {
  const agent = 'updated-agent'
  const rolloutId = await startRollout(agent)
  await page.goto(`${installation().panelUrl}${paths.rollout(agent, rolloutId)}`)
  const actions = page.getByRole('region', { name: 'Actions' })
  // What the page loads in its first idle moments has to be there before its scripts are gone.
  await page.waitForLoadState('networkidle')
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

  await actions.getByRole('button', { name: 'Roll back to 2.3.3' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').fill('It answers in the wrong language')
  await dialog.getByRole('button', { name: /[Rr]oll back/ }).click()
  await expect.poll(async () => (await rolloutNow(rolloutId))['phase']).toBe('rolled_back')
  const lines = (await record(agent)).map(({ action }) => action)
  expect(lines).toContain('rollout.rollback')
})
