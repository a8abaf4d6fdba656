import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { countedIn, openPassages, type Passages } from '../passage.ts'
import { mixed, runsEach } from '../playedRuns.ts'

/** New replicas start cold: what they take in their first minute says nothing of the version. */

// Each plays some minutes of traffic, on machines that have other work too.
vi.setConfig({ testTimeout: 120_000 })

let passages: Passages
beforeAll(async () => {
  passages = await openPassages()
})
afterAll(() => passages.close())

const triggers = { latency_p95_ms: 1800 }
const before = runsEach(1, [-120, 0], () => ({ version: '2.3.3', tookS: 0.5, costUsd: 0.01 }))

/** The candidate is slow and dear until this moment. */
const coldUntil = (untilS: number) =>
  mixed(0.5, 0.5, [5, 240]).map((run) => {
    const isCold = run.version === '2.4.0' && run.startS < untilS
    return { ...run, tookS: isCold ? 4 : 0.5, costUsd: isCold ? 0.05 : 0.01 }
  })

test('a slow and dear first minute is neither slow, late nor costlier', async () => {
  const passage = await passages.begin('cold', { before, triggers })
  passage.send(coldUntil(64))
  const seen = await passage.playUntil(240)
  expect(seen.rollout.phase).toBe('progressing')
  const checks = await passage.checks()
  for (const metric of ['slow', 'costlier']) {
    const { candidate, stable } = countedIn(checks, metric)
    expect(candidate[0]).toBe(0)
    expect(candidate[1]).toBeGreaterThan(150)
    expect(stable[1]).toBeGreaterThan(150)
  }
  expect(countedIn(checks, 'late', 'limit').candidate[0]).toBe(0)
  // Failures are counted from the first second.
  expect(countedIn(checks, 'errors').candidate[1]).toBeGreaterThan(200)
})

test('what stays slow after the first minute stops the rollout', async () => {
  const passage = await passages.begin('stays-slow', { before, triggers })
  passage.send(coldUntil(240))
  const seen = await passage.playUntil(240, 5)
  expect(seen.decision).toMatchObject({ outcome: 'stop' })
  expect(seen.decision.at).toBeGreaterThan(65)
  expect(seen.decision.at).toBeLessThan(100)
  expect(countedIn(await passage.checks(), 'late', 'limit').candidate[0]).toBeGreaterThan(0)
})
