import type { Browser, Page } from '@playwright/test'
import { firstScriptsKb } from '#lib/testing/firstScripts.ts'
import type { SignedIn } from '#lib/testing/signedIn.ts'

/** What a page costs: its answer from the server, and what a slow device makes of it. */
export interface PageFigures {
  /** Milliseconds until the whole document was there, one number a request. */
  readonly answers: readonly number[]
  /** Largest contentful paint, milliseconds. */
  readonly lcp: readonly number[]
  /** Cumulative layout shift until five seconds after. */
  readonly cls: readonly number[]
  /** Interaction to next paint, milliseconds, on this processor as it is. */
  readonly inp: readonly number[]
  /** The same where the processor is slower. */
  readonly inpSlower: readonly number[]
  /** Scripts that the document itself names, gzipped, kB. */
  readonly scriptsKb: number
}

export interface Measured {
  readonly url: string
  /** What a person does here; its slowest interaction counts. */
  interact(page: Page): Promise<void>
}

declare global {
  var vitals: { lcp: number; cls: number; inp: number }
}

export async function measurePage(
  browser: Browser,
  signedIn: SignedIn,
  { url, interact }: Measured,
  rounds: { readonly answers: number; readonly paints: number; readonly slower: number },
): Promise<PageFigures> {
  const cookie = signedIn.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const answers: number[] = []
  let html = ''
  for (let round = 0; round < rounds.answers + 3; round += 1) {
    const began = performance.now()
    const answer = await fetch(url, { headers: { cookie } })
    html = await answer.text()
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
    if (round >= 3) answers.push(performance.now() - began)
  }
  const paints = []
  const unslowed = []
  for (let round = 0; round < rounds.paints; round += 1) {
    paints.push(await paint(browser, signedIn, url, interact, rounds.slower))
    unslowed.push(await paint(browser, signedIn, url, interact, 1))
  }
  return {
    answers,
    lcp: paints.map((each) => each.lcp),
    cls: paints.map((each) => each.cls),
    inp: unslowed.map((each) => each.inp),
    inpSlower: paints.map((each) => each.inp),
    scriptsKb: await firstScriptsKb(url, html),
  }
}

/** One visit with an empty cache on a processor that is `slower` times as slow. */
async function paint(
  browser: Browser,
  signedIn: SignedIn,
  url: string,
  interact: Measured['interact'],
  slower: number,
): Promise<{ lcp: number; cls: number; inp: number }> {
  const context = await browser.newContext({ storageState: signedIn })
  try {
    const page = await context.newPage()
    const devtools = await context.newCDPSession(page)
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: slower })
    await page.addInitScript(() => {
      const vitals = { lcp: 0, cls: 0, inp: 0 }
      globalThis.vitals = vitals
      const watch = (type: string, take: (entry: PerformanceEntry) => void) =>
        new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({
          type,
          buffered: true,
          ...(type === 'event' ? { durationThreshold: 16 } : {}),
        })
      watch('largest-contentful-paint', (entry) => (vitals.lcp = entry.startTime))
      watch('layout-shift', (entry) => {
        const shift = entry as PerformanceEntry & { value: number; hadRecentInput: boolean }
        if (!shift.hadRecentInput) vitals.cls += shift.value
      })
      watch('event', (entry) => {
        const event = entry as PerformanceEntry & { interactionId: number }
        if (event.interactionId > 0) vitals.inp = Math.max(vitals.inp, event.duration)
      })
    })
    await page.goto(url, { waitUntil: 'load' })
    await page.waitForLoadState('domcontentloaded')
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 5_000)))
    const { lcp, cls } = await page.evaluate(() => ({ ...globalThis.vitals }))
    await interact(page)
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)))
    const { inp } = await page.evaluate(() => ({ ...globalThis.vitals }))
    return { lcp, cls, inp }
  } finally {
    await context.close()
  }
}
