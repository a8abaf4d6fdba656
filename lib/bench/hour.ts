import { setTimeout as pause } from 'node:timers/promises'
import { chromium } from '@playwright/test'
import { startFleet } from '#lib/demo/fleet.ts'
import { panelAt } from '#lib/demo/panel.ts'
import { prepareAgent, startDemoRollout } from '#lib/demo/prepare.ts'
import { seededRandom } from '#lib/demo/random.ts'
import { ensureBuild } from '#lib/launcher/build.ts'
import { chromiumLaunch } from '#lib/launcher/chromium.ts'
import { paths } from '#lib/paths.ts'
import { openDatabase } from '#lib/store/database.ts'
import { openInstallation } from '#lib/testing/launched.ts'
import { writePast } from '#lib/testing/pastRuns.ts'
import { signUp } from '#lib/testing/signedIn.ts'
import { type Heap, heapOf, keptOf, kinds } from './heapAges.ts'
import { memoryOf } from './memory.ts'

/**
 * `npm run bench:hour`: what a live rollout, open in a browser while a real fleet talks, holds in memory after an hour. It has
 * been under way for longer than its charts show, so that they hold no more at last than at first.
 * `MINUTES` is how long, `RATE` how many conversations begin a second.
 */

const minutes = Number(process.env['MINUTES'] ?? 60)
const rate = Number(process.env['RATE'] ?? 6)
const readings = 12
/** Once it is warm, in the middle and at last. */
const heapsAt = [2, 7, readings]
const agent = 'hour-agent'
/** More than the charts show: what they hold is as much at first as at last. */
const pastMinutes = 130
/** The page has its charts, and what it fetched on the way is let go. */
const settleMs = 60_000

await ensureBuild(say)
// Whoever only watches is signed out after half an hour.
const at = await openInstallation({ SWITCHBACK_SESSION_IDLE_MINUTES: String(minutes * 2) })
const browser = await chromium.launch(await chromiumLaunch())
try {
  const context = await browser.newContext({ storageState: await signUp(browser, at, 'Bench') })
  const panel = panelAt(at.panelUrl, at.token)
  const { stable, candidate } = await prepareAgent(panel, agent)
  const rolloutId = await startDemoRollout(panel, { agent, stable, candidate })
  await addPast(rolloutId, [stable, candidate])
  const fleet = await startFleet({ edgeUrl: at.edgeUrl, token: at.token, agent, stable, candidate, rate })
  try {
    const page = await context.newPage()
    const memory = await memoryOf(page)
    const heap = await heapOf(page)
    const open = async () => {
      await page.goto(`${at.panelUrl}${paths.rollout(agent, rolloutId)}`)
      await page.getByLabel('Verdict').waitFor()
      await pause(settleMs)
    }
    const tell = async (when: string) => {
      const { heapMb, objects, nodes, listeners } = await memory()
      const verdict = await page.getByLabel('Verdict').locator('h1').textContent()
      const cells = [when, heapMb.toFixed(1), objects, nodes, listeners]
      say(`${cells.map((cell) => String(cell).padStart(10)).join('')}   ${verdict ?? ''}`)
    }
    say('    minute   heap MB   objects     nodes listeners   verdict')
    await open()
    await tell('0')
    const heaps: Heap[] = []
    for (let reading = 1; reading <= readings; reading += 1) {
      await pause((minutes / readings) * 60_000)
      await tell(((reading * minutes) / readings).toFixed(0))
      if (heapsAt.includes(reading)) heaps.push(await heap())
    }
    tellKept(heaps)
    await open()
    await tell('afresh')
  } finally {
    await fleet.stop()
  }
} finally {
  await browser.close()
  await at.stop()
}

/** As if the rollout had begun long ago, with both versions well all the time. */
async function addPast(rolloutId: string, versions: readonly string[]): Promise<void> {
  const db = openDatabase(at.databaseUrl, 1)
  const now = new Date()
  const well = { agent, runsEachTenSeconds: 20, latencyMs: 600, costUsd: 0.006 }
  const rates = { errorRate: () => 0.005, toolFailureRate: () => 0.005 }
  try {
    await db.rollout.update({
      where: { id: rolloutId },
      data: { startedAt: new Date(now.getTime() - pastMinutes * 60_000) },
    })
    for (const version of versions)
      await writePast(db, { ...well, ...rates, version }, pastMinutes, now, seededRandom(7))
  } finally {
    await db.$disconnect()
  }
}

function tellKept([warm, middle, last]: readonly Heap[]): void {
  if (!warm || !middle || !last) throw new Error(`Expected heaps at the readings ${heapsAt.join(', ')}`)
  const [from, to] = heapsAt.map((reading) => ((reading * minutes) / readings).toFixed(0))
  say(`Of what came between the minutes ${from} and ${to}, there is at last`)
  const kept = keptOf(warm, middle, last)
  for (const kind of kinds)
    say(
      `${kind.padStart(10)} ${String(kept[kind].count).padStart(9)} ${(kept[kind].bytes / 1000).toFixed(1).padStart(9)} kB`,
    )
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
