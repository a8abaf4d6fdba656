import { setTimeout as pause } from 'node:timers/promises'
import { chromium } from '@playwright/test'
import { startFleet } from '#lib/demo/fleet.ts'
import { panelAt } from '#lib/demo/panel.ts'
import { prepareAgent, startDemoRollout } from '#lib/demo/prepare.ts'
import { ensureBuild } from '#lib/launcher/build.ts'
import { chromiumLaunch } from '#lib/launcher/chromium.ts'
import { paths } from '#lib/paths.ts'
import { openInstallation } from '#lib/testing/launched.ts'
import { memoryOf } from './memory.ts'
import { signUp } from '#lib/testing/signUp.ts'

/**
 * `npm run bench:hour`: what a live rollout, open in a browser while a real fleet talks, holds in memory after an hour.
 * `MINUTES` is how long, `RATE` how many conversations begin a second.
 */

const minutes = Number(process.env['MINUTES'] ?? 60)
const rate = Number(process.env['RATE'] ?? 6)
const readings = 12
const agent = 'hour-agent'
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
  const fleet = await startFleet({ edgeUrl: at.edgeUrl, token: at.token, agent, stable, candidate, rate })
  try {
    const page = await context.newPage()
    const memory = await memoryOf(page)
    const open = async () => {
      await page.goto(`${at.panelUrl}${paths.rollout(agent, rolloutId)}`)
      await page.getByLabel('Verdict').waitFor()
      await pause(settleMs)
    }
    const tell = async (when: string) => {
      const { heapMb, nodes, listeners } = await memory()
      const verdict = await page.getByLabel('Verdict').locator('h1').textContent()
      const cells = [when, heapMb.toFixed(1), nodes, listeners]
      say(`${cells.map((cell) => String(cell).padStart(10)).join('')}   ${verdict ?? ''}`)
    }
    say('minute        heap MB     nodes listeners   verdict')
    await open()
    await tell('0')
    for (let reading = 1; reading <= readings; reading += 1) {
      await pause((minutes / readings) * 60_000)
      await tell(((reading * minutes) / readings).toFixed(0))
    }
    // What is more than this has piled up; what is not is what the page shows by now.
    await open()
    await tell('afresh')
  } finally {
    await fleet.stop()
  }
} finally {
  await browser.close()
  await at.stop()
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
