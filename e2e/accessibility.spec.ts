import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { paths } from '#lib/paths.ts'
import { installation } from './support/installation.ts'
import { call, rolloutNow, startRollout } from './support/machine.ts'

/** Every screen, in both themes and on both widths, by axe: WCAG 2.2 A and AA. */

const softly = expect.configure({ soft: true })
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const sizes = { desk: { width: 1440, height: 900 }, phone: { width: 360, height: 740 } }

/** A live rollout, a stopped one with its incident: what the screens need to have something on them. */
async function aHouse() {
  const moving = await startRollout('axe-moving')
  const stopped = await startRollout('axe-stopped')
  await call('POST', `/rollouts/${stopped}/rollback`, { reason: 'to be looked at' })
  await call('POST', '/agents/axe-stopped/capabilities/writes', { state: 'deny' })
  const incident = String((await rolloutNow(stopped))['incident'])
  return { moving, stopped, incident }
}

async function complaintsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze()
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary ?? ''}`),
  )
}

test('no screen has anything that axe finds, in both themes and on both widths; none is wider than the window', async ({
  browser,
}) => {
  test.setTimeout(300_000)
  const house = await aHouse()
  const screens = {
    now: paths.now(),
    agents: paths.agents(),
    agent: paths.agent('axe-stopped'),
    policy: paths.policy('axe-stopped'),
    readiness: paths.readiness('axe-stopped'),
    instances: paths.instances('axe-stopped'),
    rollout: paths.rollout('axe-moving', house.moving),
    stopped: paths.rollout('axe-stopped', house.stopped),
    incidents: paths.incidents(),
    switches: paths.switches(),
    incident: paths.incident(house.incident),
    moment: paths.incidentAt(house.incident, new Date().toISOString()),
    approvals: paths.approvals(),
    audit: paths.audit(),
    start: paths.newRollout('axe-moving'),
    you: paths.settings.you(),
    connect: paths.settings.connect('axe-moving', '2.3.3'),
    people: paths.settings.people(),
    alerts: paths.settings.alerts(),
    demo: paths.settings.demo(),
    tokens: paths.settings.tokens(),
  }
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [size, viewport] of Object.entries(sizes)) {
      const looks = { colorScheme, viewport, reducedMotion: 'reduce' as const }
      const context = await browser.newContext({ storageState: 'test-results/signed-in.json', ...looks })
      const page = await context.newPage()
      for (const [name, path] of Object.entries(screens)) {
        const what = `${name}, ${colorScheme}, ${size}`
        await page.goto(`${installation().panelUrl}${path}`)
        await expect(page.getByRole('heading', { level: 1 }), what).toBeVisible()
        // A page that is live may be looked at in the middle of a frame: what is wrong stays wrong.
        await softly.poll(() => complaintsOf(page), { message: what, timeout: 8_000 }).toEqual([])
        const width = await page.evaluate(() => document.documentElement.scrollWidth)
        expect.soft(width, what).toBeLessThanOrEqual(viewport.width)
      }
      await context.close()
    }
  }
})
