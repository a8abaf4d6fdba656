import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from '@playwright/test'
import { chromiumLaunch } from '#lib/launcher/chromium.ts'
import { ensureBuild } from '#lib/launcher/build.ts'
import { root } from '#lib/launcher/root.ts'
import { paths } from '#lib/paths.ts'
import { type Installation, openInstallation } from './launched.ts'
import { postRuns } from './otlpRuns.ts'

/** `npm run screenshots`: every screen, on two widths and in both themes, empty, busy, stopped and stale, to be looked at. */

const folder = join(root, 'screenshots')
const sizes = { desk: { width: 1440, height: 900 }, phone: { width: 360, height: 740 } }
const themes = ['light', 'dark'] as const
const say = (line: string) => process.stdout.write(`${line}\n`)

type Screens = Readonly<Record<string, string>>
type SignedIn = Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['storageState']>>

/** Places that are there whatever there is. */
const places: Screens = {
  now: paths.now(),
  agents: paths.agents(),
  incidents: paths.incidents(),
  approvals: paths.approvals(),
  switches: paths.switches(),
  audit: paths.audit(),
  you: paths.settings.you(),
  people: paths.settings.people(),
  tokens: paths.settings.tokens(),
  alerts: paths.settings.alerts(),
  demo: paths.settings.demo(),
}

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
await ensureBuild(say)
const at = await openInstallation()
const browser = await chromium.launch(await chromiumLaunch())
try {
  await take('signed-out', null, { 'sign-in': paths.signIn(), welcome: new URL(at.link).pathname })
  const me = await signUp()
  await take('empty', me, {
    ...places,
    start: paths.newRollout(),
  })
  const house = await fill()
  await take('busy', me, {
    ...places,
    agent: paths.agent('support-agent'),
    policy: paths.policy('support-agent'),
    readiness: paths.readiness('support-agent'),
    instances: paths.instances('support-agent'),
    rollout: paths.rollout('support-agent', house.moving),
    start: paths.newRollout('agent-01'),
  })
  await take('stopped', me, {
    now: paths.now(),
    agent: paths.agent('refund-agent'),
    rollout: paths.rollout('refund-agent', house.stopped),
    incident: paths.incident(house.incident),
    incidents: paths.incidents(),
  })
  await takeStale(me, { now: paths.now(), rollout: paths.rollout('support-agent', house.moving) })
  say(`In ${folder}`)
} finally {
  await browser.close()
  await at.stop()
}

async function take(state: string, who: SignedIn | null, screens: Screens): Promise<void> {
  for (const colorScheme of themes) {
    for (const [size, viewport] of Object.entries(sizes)) {
      const looks = { colorScheme, viewport, reducedMotion: 'reduce' as const }
      const context = await browser.newContext({ ...looks, ...(who ? { storageState: who } : {}) })
      const page = await context.newPage()
      for (const [name, path] of Object.entries(screens)) {
        await page.goto(`${at.panelUrl}${path}`, { waitUntil: 'load' })
        await page.getByRole('heading', { level: 1 }).first().waitFor()
        await page.evaluate(() => document.fonts.ready)
        await page.waitForTimeout(600)
        const file = join(folder, `${state}-${name}-${size}-${colorScheme}.png`)
        await page.screenshot({ path: file, fullPage: size === 'desk' })
      }
      await context.close()
    }
  }
  say(`${state}: ${Object.keys(screens).join(', ')}`)
}

/** Pages that are open while Switchback ends, and stay so for longer than figures count as fresh. Nothing runs after. */
async function takeStale(who: SignedIn, screens: Screens): Promise<void> {
  const open: { page: Page; file: string }[] = []
  for (const colorScheme of themes) {
    for (const [size, viewport] of Object.entries(sizes)) {
      const context = await browser.newContext({ colorScheme, viewport, storageState: who })
      for (const [name, path] of Object.entries(screens)) {
        const page = await context.newPage()
        await page.goto(`${at.panelUrl}${path}`, { waitUntil: 'load' })
        await page
          .getByText(/live · /)
          .first()
          .waitFor()
        open.push({ page, file: join(folder, `stale-${name}-${size}-${colorScheme}.png`) })
      }
    }
  }
  await at.stop()
  for (const { page, file } of open) {
    await page
      .getByText(/stale · /)
      .first()
      .waitFor()
    await page.screenshot({ path: file })
  }
  say(`stale: ${Object.keys(screens).join(', ')}`)
}

async function signUp(): Promise<SignedIn> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(at.link)
  await page.getByLabel('Name').fill('Mira K.')
  await page.getByLabel('E-mail').fill('mira@example.com')
  await page.getByLabel('Password').fill('correct horse battery')
  await page.getByRole('button', { name: /administrator/i }).click()
  await page.waitForURL((url) => url.pathname !== '/welcome')
  const state = await context.storageState()
  await context.close()
  return state
}

/** Many agents, one with a rollout under way, one that was stopped, names that are too long. */
async function fill(): Promise<{ moving: string; stopped: string; incident: string }> {
  const many = Array.from({ length: 60 }, (_, index) => `agent-${String(index).padStart(2, '0')}`)
  const long = 'customer-support-and-returns-agent-for-all-of-northern-europe'
  for (const agent of many) await register(agent)
  const moving = await release('support-agent')
  const stopped = await release('refund-agent')
  await release(long)
  for (const agent of many.slice(0, 12)) await release(agent, false)
  await tell('support-agent', 0)
  await tell('refund-agent', 40)
  const incident = await until(async () => (await call('GET', `/rollouts/${stopped}`))['incident'])
  return { moving, stopped, incident: String(incident) }
}

async function register(agent: string): Promise<void> {
  await call('PUT', `/agents/${agent}`, { displayName: agent })
  for (const version of ['2.3.3', '2.4.0']) {
    const manifest = { prompt: `You are ${version}`, tools: [{ name: 'refund', writes: true }] }
    await call('POST', `/agents/${agent}/versions`, { version, manifest })
  }
  await call('PUT', `/agents/${agent}/stable`, { version: '2.3.3', reason: 'In production since May' })
}

async function release(agent: string, isNew = true): Promise<string> {
  if (isNew) await register(agent)
  const started = await call('POST', `/agents/${agent}/rollouts`, {
    rollback: {
      stable_version: `${agent}@2.3.3`,
      candidate_version: `${agent}@2.4.0`,
      triggers: { error_rate: 0.05, latency_p95_ms: 1800, tool_failure_rate: 0.03 },
      disable_writes_on_rollback: true,
    },
  })
  return String(started['id'])
}

async function tell(agent: string, failed: number): Promise<void> {
  const runs = (version: string, count: number, fails: boolean) =>
    Array.from({ length: count }, () => ({ agent, version, failed: fails }))
  await postRuns(at, [
    ...runs('2.3.3', 300, false),
    ...runs('2.4.0', 20, false),
    ...runs('2.4.0', failed, true),
  ])
}

async function call(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const { panelUrl, token }: Installation = at
  const answer = await fetch(`${panelUrl}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const said = (await answer.json()) as Record<string, unknown>
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(said)}`)
  return said
}

async function until<T>(look: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 60_000
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > deadline) throw new Error('What the pictures need did not come within a minute')
  }
}
