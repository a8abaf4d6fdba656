import { expect, test } from '@playwright/test'
import pg from 'pg'
import { paths } from '#lib/paths.ts'
import { installation } from './support/installation.ts'
import { record, registerAgent, talk } from './support/machine.ts'
import { enterBy, invite, password } from './support/people.ts'

/** A person stops the writes from a phone, in the middle of conversations; two people allow them again. */

const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }

/** Runs of conversations that had begun before, which began after; and how many of them wrote. */
async function runsAfter(agent: string, before: Date, after: Date): Promise<{ runs: number; wrote: number }> {
  const client = new pg.Client({ connectionString: installation().databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ runs: number; wrote: number }>(
      `SELECT count(*)::int AS runs,
         count(*) FILTER (WHERE tools::text ~ '"(refund|note_on_order)"')::int AS wrote
       FROM run r WHERE agent = $1 AND started_at > $3 AND EXISTS (
         SELECT 1 FROM run e WHERE e.agent = $1 AND e.conversation_id = r.conversation_id AND e.started_at < $2)`,
      [agent, before, after],
    )
    return rows[0] ?? { runs: 0, wrote: 0 }
  } finally {
    await client.end()
  }
}

test('writes are stopped from a phone in mid-conversation, acknowledged, and allowed again by two', async ({
  page,
  browser,
}) => {
  const agent = 'stopped-agent'
  await registerAgent(agent)
  const { panelUrl } = installation()
  const invitation = await invite(page, 'Edda', 'edda@example.com', 'On call')
  const edda = await enterBy(browser, invitation, phone)
  const fleet = await talk(agent)
  try {
    await expect.poll(async () => (await runsAfter(agent, new Date(), new Date(0))).wrote).toBeGreaterThan(5)
    expect(fleet.state().writesSkipped).toBe(0)

    await edda.getByRole('button', { name: /^Menu/ }).tap()
    await edda.getByRole('link', { name: 'Kill switches' }).tap()
    const find = edda.getByRole('searchbox')
    await expect(edda.getByRole('heading', { name: 'Kill switches' })).toBeVisible()
    // Where there are more agents than the first page holds.
    if (await find.isVisible()) await find.fill(agent)
    const scope = edda.getByRole('region', { name: agent })
    const writes = scope.getByRole('article', { name: `writes of ${agent}`, exact: true })
    await expect(scope).toContainText('3 instances, heard within 15 s')
    await expect(writes).toContainText('allowed')
    await writes.getByRole('button', { name: 'Stop writes' }).tap()
    const dialog = edda.getByRole('dialog', { name: 'Stop writes?' })
    await expect(dialog).toContainText(`${agent} goes on answering and writes nothing any more`)
    const engagedAt = new Date()
    await dialog.getByRole('button', { name: 'Stop writes' }).tap()
    await expect(writes).toContainText('denied, acknowledged')
    await expect(writes).toContainText('3 of 3 instances switched')
    const acknowledgedAt = new Date()

    await scope.getByRole('link', { name: '3 instances, heard within 15 s' }).tap()
    await expect(edda.getByRole('heading', { level: 1 })).toHaveText('Instances')
    const listed = edda.getByRole('table', { name: `Instances of ${agent}` }).getByRole('row')
    await expect(listed.filter({ hasText: 'at the newest table' })).toHaveCount(3)
    await edda.goBack()

    await expect.poll(() => fleet.state().writesSkipped).toBeGreaterThan(5)
    await expect.poll(async () => (await runsAfter(agent, engagedAt, acknowledgedAt)).runs).toBeGreaterThan(5)
    expect((await runsAfter(agent, engagedAt, acknowledgedAt)).wrote).toBe(0)
    expect((await runsAfter(agent, new Date(), acknowledgedAt)).wrote).toBe(0)
    expect(await edda.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)

    await writes.getByRole('button', { name: 'Allow again' }).tap()
    const asking = edda.getByRole('dialog')
    await expect(asking).toContainText('This takes a second person')
    await asking.getByLabel('Why').fill('The provider mended it')
    await asking.getByRole('button', { name: 'Ask a second person' }).tap()
    await expect(writes).toContainText('It waits for a second person')

    await page.goto(`${panelUrl}${paths.approvals()}`)
    const asked = page.getByRole('region', { name: `Allow writes of ${agent} again` })
    await asked.getByRole('button', { name: /^Approve/ }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Approve/ })
      .click()
    const again = page.getByRole('dialog', { name: 'Enter your password again' })
    await expect.poll(async () => (await again.isVisible()) || (await asked.isHidden())).toBe(true)
    if (await again.isVisible()) {
      await again.getByLabel('Password').fill(password)
      await again.getByRole('button', { name: 'Confirm it is me' }).click()
    }
    await expect(asked).toBeHidden()
    await expect(writes).toContainText('Allowed again by Mira K.')
    const allowedAt = new Date()
    await expect.poll(async () => (await runsAfter(agent, new Date(), allowedAt)).wrote).toBeGreaterThan(0)

    const lines = (await record(agent)).map(({ action, outcome }) => `${String(action)} ${String(outcome)}`)
    expect(lines).toEqual(
      expect.arrayContaining([
        'capability.deny deny',
        'switch.acknowledge acknowledged',
        'capability.allow allow',
      ]),
    )
  } finally {
    await fleet.stop()
  }
})
