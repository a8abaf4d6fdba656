import { setTimeout as pause } from 'node:timers/promises'
import { chromium, type Page } from '@playwright/test'
import { chromiumLaunch } from '#lib/launcher/chromium.ts'
import { ensureBuild } from '#lib/launcher/build.ts'
import { paths } from '#lib/paths.ts'
import { openInstallation } from '#lib/testing/launched.ts'
import { measureLive } from './panelLive.ts'
import { measurePage, type PageFigures } from './panelPages.ts'
import { keepTalking, seedPanel } from './panelSeed.ts'
import { signUp } from '#lib/testing/signedIn.ts'
import { summary } from './summary.ts'

/**
 * `npm run bench:panel`: what the screens cost with 200 agents, 2,000 rollouts and a million audit rows, in Chromium
 * against a production build; and how long a committed change takes until an open page shows it.
 */

const number = (name: string, usual: number) => Number(process.env[name] ?? usual)
const sizes = {
  agents: number('AGENTS', 200),
  rollouts: number('ROLLOUTS', 2_000),
  auditRows: number('AUDIT_ROWS', 1_000_000),
}
const rounds = { answers: number('ANSWERS', 40), paints: number('PAINTS', 5), slower: 4 }
const live = { tabs: number('TABS', 200), rounds: number('ROUNDS', 40), views: number('VIEWS', 1_000) }

await ensureBuild((line) => process.stdout.write(`${line}\n`))
const at = await openInstallation()
const browser = await chromium.launch(await chromiumLaunch())
let talking: NodeJS.Timeout | undefined
try {
  const signedIn = await signUp(browser, at, 'Bench')
  const began = Date.now()
  const seeded = await seedPanel(at, sizes)
  talking = setInterval(() => void keepTalking(at, seeded).catch(() => undefined), 5_000)
  say(
    `${sizes.agents} agents, ${sizes.rollouts} rollouts, ${sizes.auditRows} audit rows (made in ${Math.round((Date.now() - began) / 1000)} s)`,
  )

  const screens = {
    'sign-in (reference)': { url: paths.signIn(), interact: key('Tab') },
    now: { url: paths.now(), interact: oneByOne(press('Dark'), press(/^Show all/), key('Control+k')) },
    rollout: {
      url: paths.rollout(seeded.agent, seeded.liveRollout),
      interact: oneByOne(press('15 min'), press('Error rate'), press(/^Roll back/), key('Escape')),
    },
    incident: {
      url: paths.incident(seeded.incident),
      interact: oneByOne(press(/^Run this decision again/), press('Earlier event'), key('Control+k')),
    },
    audit: { url: paths.audit(), interact: press('Dark') },
  }
  const measured: [string, PageFigures][] = []
  for (const [name, { url, interact }] of Object.entries(screens)) {
    const page = { url: `${at.panelUrl}${url}`, interact }
    // Whoever is signed in is sent on from the sign-in.
    const who = url === paths.signIn() ? { cookies: [], origins: [] } : signedIn
    measured.push([name, await measurePage(browser, who, page, rounds)])
  }
  tellPages(measured)
  const { agent, liveRollout: rolloutId } = seeded
  tellLive(await measureLive({ at, browser, signedIn, agent, rolloutId, ...live }))
} finally {
  clearInterval(talking)
  await browser.close()
  await at.stop()
}

function press(name: string | RegExp) {
  return async (page: Page) => await page.getByRole('button', { name }).first().click()
}

function key(combination: string) {
  return async (page: Page) => await page.keyboard.press(combination)
}

/** What a person does, with time to see each. */
function oneByOne(...acts: readonly ((page: Page) => Promise<void>)[]) {
  return async (page: Page) => {
    for (const act of acts) {
      await act(page)
      await pause(500)
    }
  }
}

function tellPages(measured: readonly [string, PageFigures][]): void {
  say(
    `${rounds.answers} answers; the worst of ${rounds.paints} visits with an empty cache, ${rounds.slower} × on a processor slowed so often`,
  )
  say(
    row('', [
      'answer p95 ms',
      '× reference',
      `LCP ms, ${rounds.slower} ×`,
      `CLS, ${rounds.slower} ×`,
      'INP ms',
      `INP ms, ${rounds.slower} ×`,
      'scripts kB gz',
    ]),
  )
  const reference = summary(measured[0]?.[1].answers ?? []).p95
  for (const [name, { answers, lcp, cls, inp, inpSlower, scriptsKb }] of measured) {
    const { p95 } = summary(answers)
    const worst = (values: readonly number[]) => Math.max(...values)
    say(
      row(name, [
        p95.toFixed(0),
        (p95 / reference).toFixed(1),
        worst(lcp).toFixed(0),
        worst(cls).toFixed(3),
        worst(inp).toFixed(0),
        worst(inpSlower).toFixed(0),
        scriptsKb.toFixed(0),
      ]),
    )
  }
}

function tellLive({ sight, brought, memory, views }: Awaited<ReturnType<typeof measureLive>>): void {
  say(`with ${live.tabs} more tabs on one rollout, milliseconds from the commit`)
  for (const [name, values] of [
    ['the verdict is on an open page', sight],
    ['the stream of a tab brought it', brought],
  ] as const) {
    const { p50, p95, max } = summary(values)
    say(row(name, [`p50 ${p50.toFixed(0)}`, `p95 ${p95.toFixed(0)}`, `max ${max.toFixed(0)}`]))
  }
  const [before, after] = memory.map(({ heapMb, objects }) => `${heapMb.toFixed(1)} MB, ${objects} objects`)
  say(`an open rollout holds ${before}; after ${views} changes ${after}`)
}

function row(name: string, cells: readonly string[]): string {
  return name.padEnd(34) + cells.map((cell) => cell.padStart(15)).join('')
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
