import { randomBytes } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { formatRunId } from '#lib/domain/runEvidence.ts'
import { paths } from '#lib/paths.ts'
import { aTracedRun, postTrace, spanIdOf } from '#lib/testing/otlpTrace.ts'
import { expectAccessibleOnBoth } from './support/axe.ts'
import { expectForcedColours } from './support/forcedColours.ts'
import { installation } from './support/installation.ts'
import { postWell, startRollout } from './support/machine.ts'
import { expectReflow } from './support/reflow.ts'

test('from an agent to one of its runs, to the run inside it, and back to what failed', async ({ page }) => {
  const agent = `runs-${test.info().workerIndex}`
  const inner = `${agent}-inner`
  await startRollout(agent)
  await startRollout(inner)
  await postWell(agent)
  const traceId = randomBytes(16).toString('hex')
  await postTrace(installation(), traceId, aTracedRun(agent, inner))
  const { panelUrl } = installation()
  const list = page.getByRole('region', { name: `Runs of ${agent}` })

  await page.goto(`${panelUrl}${paths.agent(agent)}`)
  await page.getByRole('link', { name: 'See its runs' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Runs' })).toBeVisible()
  // It is in the list as soon as it was counted, without a reload.
  await page.getByRole('combobox', { name: 'Outcome' }).selectOption('failed')
  await list.getByRole('link', { name: 'Failed: RefundRefused' }).click()

  await expect(page.getByRole('heading', { level: 1, name: 'Failed: RefundRefused' })).toBeVisible()
  const timeline = page.getByRole('region', { name: 'Spans of the run' })
  await expect(timeline.getByRole('row')).toHaveCount(11)
  await expect(timeline.getByRole('row', { name: /refund failed: RefundRefused/ })).toBeVisible()
  await expect(page.getByText('No price for unpriced-model of acme.')).toBeVisible()
  await expectAccessibleOnBoth(page)
  for (const width of [720, 320]) await expectReflow(page, width, 'body')
  await expectForcedColours(page)

  await page.setViewportSize({ width: 1440, height: 900 })
  await timeline.getByRole('link', { name: inner }).click()
  await expect(page).toHaveURL(new RegExp(`${formatRunId({ traceId, spanId: spanIdOf(6) })}$`))
  const around = page.getByRole('region', { name: 'Runs around it' })
  await around.getByRole('link', { name: agent, exact: true }).click()
  await expect(page).toHaveURL(new RegExp(`${formatRunId({ traceId, spanId: spanIdOf(2) })}$`))
  await page.getByRole('link', { name: 'Runs of this version' }).click()
  await expect(page.getByRole('combobox', { name: 'Version' })).toHaveValue('2.4.0')
})

test('a run can be read without scripts', async ({ browser }) => {
  const agent = `plain-${test.info().workerIndex}`
  await startRollout(agent)
  const traceId = randomBytes(16).toString('hex')
  await postTrace(installation(), traceId, aTracedRun(agent, agent))
  const context = await browser.newContext({
    javaScriptEnabled: false,
    storageState: 'test-results/signed-in.json',
  })
  const page = await context.newPage()
  const { panelUrl } = installation()
  await expect(async () => {
    const answer = await page.goto(`${panelUrl}${paths.run(formatRunId({ traceId, spanId: spanIdOf(2) }))}`)
    expect(answer?.status()).toBe(200)
  }).toPass()
  await expect(page.getByRole('region', { name: 'Spans of the run' }).getByRole('row')).toHaveCount(11)
  await page.goto(`${panelUrl}${paths.runs(agent)}`)
  await expect(page.getByRole('link', { name: 'Failed: RefundRefused' })).toBeVisible()
  await context.close()
})
