import { setTimeout as pause } from 'node:timers/promises'
import type { Browser, Page } from '@playwright/test'
import { createParser } from 'eventsource-parser'
import { paths } from '#lib/paths.ts'
import { listen } from '#lib/store/listen.ts'
import { channels } from '#lib/store/notices.ts'
import type { Installation } from '#lib/testing/launched.ts'
import { type Memory, memoryOf } from './memory.ts'
import type { SignedIn } from '#lib/testing/signedIn.ts'

/** From the commit of a change to its sight, with many tabs open; and what an hour of it leaves in memory. */
export interface LiveFigures {
  /** Commit heard → the verdict of another tab's page is another one, milliseconds. */
  readonly sight: readonly number[]
  /** Commit heard → the event stream of one of the many tabs has brought it, milliseconds. */
  readonly brought: readonly number[]
  /** At the beginning, and after as many views as an hour brings. */
  readonly memory: readonly [Memory, Memory]
  readonly views: number
}

declare global {
  var seen: { at: number; text: string }[]
}

interface Parts {
  readonly at: Installation
  readonly browser: Browser
  readonly signedIn: SignedIn
  readonly agent: string
  readonly rolloutId: string
  /** Streams as tabs hold them, beside one real tab. */
  readonly tabs: number
  readonly rounds: number
  /** How many views the tab is sent while its memory is watched. */
  readonly views: number
}

const betweenMs = 400

export async function measureLive(parts: Parts): Promise<LiveFigures> {
  const { at, browser, signedIn, agent, rolloutId, tabs, rounds } = parts
  // The page forbids eval, by which Playwright waits.
  const context = await browser.newContext({ storageState: signedIn, bypassCSP: true })
  const cookie = signedIn.cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const ending = new AbortController()
  const brought: number[] = []
  let committedAt = Number.NaN
  const listener = listen(at.databaseUrl, channels.change, {
    notice: (payload) => {
      if (payload.includes(rolloutId)) committedAt = performance.timeOrigin + performance.now()
    },
    connect: () => undefined,
    lost: () => undefined,
  })
  try {
    const page = await context.newPage()
    await page.goto(`${at.panelUrl}${paths.rollout(agent, rolloutId)}`)
    await watchVerdict(page)
    const url = `${at.panelUrl}${paths.live([`rollout:${rolloutId}`, 'shell'], '')}`
    const word = { now: '' }
    await Promise.all(
      Array.from({ length: tabs }, () =>
        openTab(url, cookie, ending.signal, (text) => {
          if (text.includes(`"word":"${word.now}"`)) brought.push(Date.now() - committedAt)
        }),
      ),
    )
    const sight: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const act = round % 2 === 0 ? 'pause' : 'resume'
      word.now = act === 'pause' ? 'Paused' : ''
      const before = await page.evaluate(() => globalThis.seen.length)
      await operate(at, rolloutId, act)
      await page.waitForFunction((count) => globalThis.seen.length > count, before)
      const seenAt = await page.evaluate((index) => globalThis.seen[index]?.at ?? Number.NaN, before)
      sight.push(seenAt - committedAt)
      // Changes that come together are shown together; these are to be seen one by one.
      await pause(betweenMs)
    }
    return { sight, brought, ...(await watchMemory(page, parts)) }
  } finally {
    ending.abort()
    await listener.close()
    await context.close()
  }
}

async function watchVerdict(page: Page): Promise<void> {
  await page.getByRole('region', { name: 'Verdict' }).waitFor()
  await page.evaluate(() => {
    globalThis.seen = []
    const word = () => document.querySelector('[aria-label=Verdict] h1 span')?.textContent ?? ''
    let last = word()
    new MutationObserver(() => {
      if (word() === last) return
      last = word()
      globalThis.seen.push({ at: performance.timeOrigin + performance.now(), text: last })
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
  })
}

/** One more tab, as the server sees it. Resolves once its stream is open. */
async function openTab(
  url: string,
  cookie: string,
  signal: AbortSignal,
  onView: (text: string) => void,
): Promise<void> {
  const answer = await fetch(url, { headers: { cookie }, signal })
  if (!answer.ok || !answer.body) throw new Error(`The event stream answered ${answer.status}`)
  const parser = createParser({ onEvent: ({ event, data }) => event === 'view' && onView(data) })
  const text = answer.body.pipeThrough(new TextDecoderStream())
  void (async () => {
    for await (const chunk of text) parser.feed(chunk)
  })().catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}

async function operate(at: Installation, rolloutId: string, act: 'pause' | 'resume'): Promise<void> {
  const answer = await fetch(`${at.panelUrl}/api/v1/rollouts/${rolloutId}/${act}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${at.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'bench' }),
  })
  if (!answer.ok) throw new Error(`${act} answered ${answer.status}: ${await answer.text()}`)
  await answer.arrayBuffer()
}

async function watchMemory(
  page: Page,
  { at, rolloutId, views }: Parts,
): Promise<Pick<LiveFigures, 'memory' | 'views'>> {
  const read = await memoryOf(page)
  const before = await read()
  for (let view = 0; view < views; view += 1)
    await operate(at, rolloutId, view % 2 === 0 ? 'pause' : 'resume')
  return { memory: [before, await read()], views }
}
