import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { chromiumLaunch } from '#lib/launcher/chromium.ts'
import { ensureBuild } from '#lib/launcher/build.ts'
import { root } from '#lib/launcher/root.ts'
import { formatRunId } from '#lib/domain/runEvidence.ts'
import { paths } from '#lib/paths.ts'
import { panelAt } from '#lib/demo/panel.ts'
import { seededRandom } from '#lib/demo/random.ts'
import { openDatabase } from '#lib/store/database.ts'
import { openInstallation } from './launched.ts'
import { postRuns } from './otlpRuns.ts'
import { aTracedRun, postTrace, spanIdOf } from './otlpTrace.ts'
import { writePast } from './pastRuns.ts'
import { aPerson } from './people.ts'
import { type House, places, screens } from './screens.ts'
import { type SignedIn, signIn, signUp } from './signedIn.ts'

/**
 * `npm run screenshots [STATE…]`: every screen, on two widths and in both themes, empty, busy, stopped, in mid-question,
 * waiting for a second person, with the demo and stale, to be looked at.
 */

const folder = join(root, 'screenshots')
const sizes = { desk: { width: 1440, height: 900 }, phone: { width: 360, height: 740 } }
const themes = ['light', 'dark'] as const
const say = (line: string) => process.stdout.write(`${line}\n`)
const wanted = process.argv.slice(2)
const pastMinutes = 40
const tracedRun = formatRunId({ traceId: 'c0ffee'.padEnd(32, '0'), spanId: spanIdOf(2) })
/** Stages of which the next is the last, and so takes a second person. */
const lastStageNext = {
  stages: [
    { name: 'canary', weight_percent: 20, hold: '10m' },
    { name: 'full', weight_percent: 100 },
  ],
}
const isWanted = (state: string) => wanted.length === 0 || wanted.includes(state)

interface Picture {
  readonly path: string
  /** What a person does before it is taken. */
  readonly act?: (page: Page) => Promise<void>
}
type Pictures = Readonly<Record<string, Picture>>

const plain = (paths: Readonly<Record<string, string>>): Pictures =>
  Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, { path }]))
const prefixed = (prefix: string, pictures: Pictures): Pictures =>
  Object.fromEntries(Object.entries(pictures).map(([name, picture]) => [`${prefix}${name}`, picture]))
const press =
  (name: string | RegExp, then?: (page: Page) => Promise<void>) =>
  async (page: Page): Promise<void> => {
    await page.getByRole('button', { name }).first().click()
    await then?.(page)
  }

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
await ensureBuild(say)
const at = await openInstallation()
const browser = await chromium.launch(await chromiumLaunch())
try {
  await take('signed-out', null, plain({ 'sign-in': paths.signIn(), welcome: new URL(at.link).pathname }))
  const me = await signUp(browser, at, 'Mira K.')
  await take('empty', me, plain({ ...places, start: paths.newRollout(), missing: '/agents/nobody' }))
  const house = await fill()
  const of = (of: keyof typeof screens) => screens[of](house)
  await take('busy', me, {
    ...plain(places),
    ...plain({ rollout: of('rollout'), start: of('start'), policy: of('policy'), connect: of('connect') }),
    agent: { path: paths.agent(house.moving.agent) },
    readiness: { path: paths.readiness(house.moving.agent) },
    instances: { path: paths.instances(house.moving.agent) },
    'rollout, one metric': { path: `${of('rollout')}?metric=error_rate&range=15m` },
    'rollout, tables': { path: of('rollout'), act: press('Show the figures as tables') },
    design: { path: paths.design() },
  })
  await take('runs', me, {
    ...plain({ run: paths.run(tracedRun), 'run inside': paths.run(tracedRun.replace(/2$/, '6')) }),
    ...plain({ list: of('runs'), narrowed: `${of('runs')}?outcome=failed&evidence=retry` }),
    ...plain({ none: paths.runs('agent-40') }),
  })
  await take('stopped', me, {
    ...plain({ now: paths.now(), incidents: paths.incidents(), switches: paths.switches() }),
    ...plain({
      rollout: of('stopped rollout'),
      incident: of('incident'),
      moment: of('incident at a moment'),
    }),
    agent: { path: of('agent') },
  })
  await take('asked', me, {
    'roll back': { path: of('rollout'), act: press(/^Roll back/) },
    promote: { path: of('rollout'), act: press(/^Promote/) },
    'stop writes': { path: of('rollout'), act: press(/^Stop writes/) },
    invite: { path: paths.settings.people(), act: press('Invite a person') },
    token: { path: paths.settings.tokens(), act: press(/token/i) },
    route: { path: paths.settings.alerts(), act: press(/^Add/) },
    price: { path: paths.settings.prices(), act: press(/^Add a price/) },
    palette: { path: paths.now(), act: press('Go to', (page) => page.keyboard.type('agent')) },
    help: { path: paths.now(), act: (page) => page.keyboard.press('?') },
  })
  if (isWanted('waiting')) {
    const other = await aSecondPerson()
    const rollout = paths.rollout('billing-agent', await release('billing-agent', lastStageNext))
    await ask(me, rollout)
    const waiting = plain({ rollout, approvals: paths.approvals() })
    await take('waiting', me, waiting)
    await take('waiting', other, prefixed('for you, ', waiting))
  }
  if (isWanted('demo')) {
    await startDemo(me)
    await take('demo', me, plain({ now: paths.now(), demo: paths.settings.demo() }))
  }
  if (isWanted('stale')) await takeStale(me, { now: paths.now(), rollout: of('rollout') })
  say(`In ${folder}`)
} finally {
  await browser.close()
  await at.stop()
}

async function take(state: string, who: SignedIn | null, pictures: Pictures): Promise<void> {
  if (!isWanted(state)) return
  for (const colorScheme of themes) {
    for (const [size, viewport] of Object.entries(sizes)) {
      const looks = { colorScheme, viewport, reducedMotion: 'reduce' as const }
      const context = await browser.newContext({ ...looks, ...(who ? { storageState: who } : {}) })
      const page = await context.newPage()
      for (const [name, { path, act }] of Object.entries(pictures)) {
        await page.goto(`${at.panelUrl}${path}`, { waitUntil: 'load' })
        await page.getByRole('heading', { level: 1 }).first().waitFor()
        await page.evaluate(() => document.fonts.ready)
        await page.waitForTimeout(900)
        if (act) {
          await act(page)
          await page.waitForTimeout(500)
        }
        const file = join(folder, `${state}-${name}-${size}-${colorScheme}.png`.replaceAll(' ', '_'))
        // Chromium takes a whole page by way of a window of one pixel, and charts are as wide as that for a moment.
        if (!act) await page.setViewportSize({ ...viewport, height: await heightOf(page, viewport.height) })
        await page.waitForTimeout(300)
        await page.screenshot({ path: file })
        await page.setViewportSize(viewport)
      }
      await context.close()
    }
  }
  say(`${state}: ${Object.keys(pictures).join(', ')}`)
}

async function heightOf(page: Page, atLeast: number): Promise<number> {
  return await page.evaluate((least) => Math.max(least, document.documentElement.scrollHeight), atLeast)
}

/** Pages that are open while Switchback ends, and stay so for longer than figures count as fresh. Nothing runs after. */
async function takeStale(who: SignedIn, stale: Readonly<Record<string, string>>): Promise<void> {
  const open: { page: Page; file: string }[] = []
  for (const colorScheme of themes) {
    for (const [size, viewport] of Object.entries(sizes)) {
      const context = await browser.newContext({ colorScheme, viewport, storageState: who })
      for (const [name, path] of Object.entries(stale)) {
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
  say(`stale: ${Object.keys(stale).join(', ')}`)
}

/** Somebody else who may approve. */
async function aSecondPerson(): Promise<SignedIn> {
  const db = openDatabase(at.databaseUrl, 1)
  try {
    const { email } = await aPerson(db, 'Ada Oyelaran', [{ role: 'approver', agent: '*' }])
    return await signIn(browser, at, email)
  } finally {
    await db.$disconnect()
  }
}

async function ask(who: SignedIn, rollout: string): Promise<void> {
  await inBrowserOf(who, rollout, async (page) => {
    await page.getByRole('button', { name: /^Promote/ }).click()
    await page.getByRole('dialog').getByLabel('Why').fill('Quiet for an hour, and the queue is long')
    await page.getByRole('dialog').getByRole('button', { name: 'Ask a second person' }).click()
    await page.getByRole('region', { name: /^Promote/ }).waitFor()
  })
}

async function startDemo(who: SignedIn): Promise<void> {
  await inBrowserOf(who, paths.settings.demo(), async (page) => {
    await page.getByRole('button', { name: 'Start the demo' }).click()
    await page.getByRole('heading', { level: 1, name: 'The demo runs' }).waitFor({ timeout: 60_000 })
  })
}

async function inBrowserOf(who: SignedIn, path: string, act: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ storageState: who })
  const page = await context.newPage()
  await page.goto(`${at.panelUrl}${path}`)
  await act(page)
  await context.close()
}

/** Many agents, one with a rollout under way, one that was stopped, names that are too long; and what went before. */
async function fill(): Promise<House> {
  const many = Array.from({ length: 60 }, (_, index) => `agent-${String(index).padStart(2, '0')}`)
  const long = 'customer-support-and-returns-agent-for-all-of-northern-europe'
  for (const agent of many.slice(12)) await register(agent)
  const moving = await release('support-agent')
  const stopped = await release('refund-agent')
  await release(long)
  await register('billing-inner')
  for (const agent of many.slice(0, 12)) await release(agent)
  await tell('support-agent', 0)
  await tell('refund-agent', 40)
  await postTrace(at, 'c0ffee'.padEnd(32, '0'), aTracedRun('support-agent', 'billing-inner'))
  const incident = await until(async () => (await call('GET', `/rollouts/${stopped}`))['incident'])
  await addPast(moving, stopped)
  return {
    moving: { agent: 'support-agent', rollout: moving },
    stopped: { agent: 'refund-agent', rollout: stopped, incident: String(incident) },
  }
}

/** As if both rollouts had begun a while ago, the stopped one going bad in its last minutes. */
async function addPast(...rollouts: readonly string[]): Promise<void> {
  const db = openDatabase(at.databaseUrl, 1)
  const random = seededRandom(7)
  const now = new Date()
  try {
    await db.rollout.updateMany({
      where: { id: { in: [...rollouts] } },
      data: { startedAt: new Date(now.getTime() - (pastMinutes - 5) * 60_000) },
    })
    for (const agent of ['support-agent', 'refund-agent']) {
      const goesBad = agent === 'refund-agent'
      const usual = { agent, latencyMs: 900, costUsd: 0.042 }
      const rate = () => 0.011
      const rising = (ago: number) => (goesBad && ago < 6 ? 0.011 + (6 - ago) * 0.02 : 0.012)
      const stable = { ...usual, version: '2.3.3', runsEachTenSeconds: 48 }
      const candidate = { ...usual, version: '2.4.0', runsEachTenSeconds: 5 }
      const good = { errorRate: rate, toolFailureRate: rate }
      const bad = { errorRate: rising, toolFailureRate: rising }
      await writePast(db, { ...stable, ...good }, pastMinutes, now, random)
      await writePast(db, { ...candidate, ...bad }, pastMinutes - 5, now, random)
    }
  } finally {
    await db.$disconnect()
  }
}

async function register(agent: string): Promise<void> {
  await call('PUT', `/agents/${agent}`, { displayName: agent })
  for (const version of ['2.3.3', '2.4.0']) {
    const manifest = { prompt: `You are ${version}`, tools: [{ name: 'refund', writes: true }] }
    await call('POST', `/agents/${agent}/versions`, { version, manifest })
  }
  await call('PUT', `/agents/${agent}/stable`, { version: '2.3.3', reason: 'In production since May' })
}

async function release(agent: string, more: object = {}): Promise<string> {
  await register(agent)
  const started = await call('POST', `/agents/${agent}/rollouts`, {
    rollback: {
      stable_version: `${agent}@2.3.3`,
      candidate_version: `${agent}@2.4.0`,
      triggers: { error_rate: 0.05, latency_p95_ms: 1800, tool_failure_rate: 0.03 },
      disable_writes_on_rollback: true,
    },
    ...more,
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

async function call(
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  json?: object,
): Promise<Record<string, unknown>> {
  const said = await panelAt(at.panelUrl, at.token).call(method, path, json && { json })
  return said as Record<string, unknown>
}

async function until<T>(look: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 60_000
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > deadline) throw new Error('What the pictures need did not come within a minute')
  }
}
