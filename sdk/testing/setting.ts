import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { createSwitchback } from '../client.ts'
import type { Switchback, SwitchbackOptions } from '../client.ts'
import type { SwitchbackEvent } from '../events.ts'
import type { Timings } from '../timings.ts'
import { startFakeEdge } from './fakeEdge.ts'

/** Small enough that a test sees every timeout, in the order that the real ones have. */
export const quick: Timings = {
  readTimeoutMs: 300,
  tableTimeoutMs: 150,
  reconnectBaseMs: 5,
  reconnectMaxMs: 40,
  healthyAfterMs: 200,
  pollMs: 30,
  authRetryMs: 60,
  retryAfterMaxMs: 80,
  staleAfterMs: 400,
  reportMs: 60,
  goodbyeTimeoutMs: 100,
}

/** An hour: in a test, never. */
export const neverMs = 3_600_000

/** A fake edge that is closed when the test ends. */
export async function anEdge(beatMs?: number) {
  const edge = await startFakeEdge('token', beatMs)
  onTestFinished(() => edge.close())
  return edge
}

/** A client of that edge, with all that it said; closed when the test ends. */
export function aClient(url: string, over: Partial<SwitchbackOptions> = {}) {
  const events: SwitchbackEvent[] = []
  const { onEvent, timings, ...rest } = over
  const client: Switchback = createSwitchback({
    url,
    token: 'token',
    agents: { 'support-agent': { stable: '1.0.0' } },
    ...rest,
    timings: { ...quick, ...timings },
    onEvent(event) {
      events.push(event)
      onEvent?.(event)
    },
  })
  onTestFinished(() => client.close())
  return { client, events }
}

/** A path in a folder of this test's own. */
export function aPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'switchback-sdk-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return join(folder, 'table.json')
}

/** Waits until this is so, a minute at most. */
export async function until(fact: () => boolean): Promise<void> {
  await expect.poll(fact, { timeout: 60_000, interval: 5 }).toBe(true)
}

/** Waits until the client holds this revision. */
export async function untilRev(client: Switchback, rev: number): Promise<void> {
  await expect.poll(() => client.table()?.rev, { timeout: 60_000, interval: 5 }).toBe(rev)
}
