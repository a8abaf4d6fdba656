import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openPassages, type Passages } from '../passage.ts'
import { mixed, type PlayedRun, runsEach } from '../playedRuns.ts'

/** A candidate whose runs are not seen is not a candidate that fails: mislabelled telemetry never locks a release. */

// Each plays some minutes of traffic, on machines that have other work too.
vi.setConfig({ testTimeout: 120_000 })

let passages: Passages
beforeAll(async () => {
  passages = await openPassages()
})
afterAll(() => passages.close())

const called = (name: string, runs: readonly PlayedRun[]) =>
  runs.map((run) => (run.version === '2.4.0' ? { ...run, version: name } : run))

async function isLocked(agent: string): Promise<boolean> {
  return (await passages.house.db.lock.count({ where: { agent } })) > 0
}

test('a candidate that names its version otherwise is held, told the line to change, and goes on when that is mended', async () => {
  const passage = await passages.begin('mislabelled')
  passage.send(called('v2.4.0', mixed(0.5, 0.5, [0, 300])))
  const seen = await passage.playUntil(300, 20)
  expect(seen.decision.outcome).toBe('hold')
  expect(seen.because).toContain('v2.4.0')
  expect(seen.because).toContain('Set gen_ai.agent.version to 2.4.0, not v2.4.0.')
  expect(seen.rollout).toMatchObject({ phase: 'progressing', stageIndex: 0 })
  expect(seen.rollout.lacks).not.toBeNull()
  expect(await isLocked(passage.agent)).toBe(false)

  passage.send(mixed(0.5, 0.5, [300, 1100]))
  const mended = await passage.playUntil(1100, 40)
  expect(mended.decision.outcome).toBe('allow')
  expect(mended.rollout.lacks).toBeNull()
})

test('a few mislabelled runs, from the first moment of a rollout that begins within a minute, never stop it', async () => {
  const passage = await passages.begin('mislabelled-at-once', { atS: 1 })
  const stable = runsEach(0.5, [0, 70], () => ({ version: '2.3.3' }))
  // None comes in the second minute of the clock before the first look that may stop for silence.
  const odd = runsEach(2, [0.2, 58], () => ({ version: 'v2.4.0' }))
  passage.send([...stable, ...odd])
  const seen = await passage.playUntil(64, 4)
  expect(seen.decision.outcome).toBe('hold')
  expect(await isLocked(passage.agent)).toBe(false)
})

test('what could never be counted of an agent is no sign of its candidate: the rate of the hour before is taken off', async () => {
  const nameless = (times: readonly [number, number]) => runsEach(15, times, () => ({ version: '' }))
  const passage = await passages.begin('usual-nameless', { before: nameless([-3600, 0]) })
  passage.send([...nameless([0, 300]), ...runsEach(0.5, [0, 100], () => ({ version: '2.3.3' }))])
  const seen = await passage.playUntil(100, 10)
  expect(seen.rollout.doubtfulRuns).toBeLessThan(4)
  // The candidate has no run at all: nothing but what came always may have been its.
  expect(seen.decision).toMatchObject({ outcome: 'stop', question: 'silence' })
})

test('a candidate of whose runs a sampler lets through a tenth is held as silent, and never stopped', async () => {
  const passage = await passages.begin('sampled')
  passage.send(mixed(0.5, 0.25, [0, 600]).filter(({ version, n = 0 }) => version === '2.3.3' || n % 20 < 2))
  const seen = await passage.playUntil(600, 20)
  expect(seen.decision).toMatchObject({ outcome: 'hold', reason: 'candidate_silent' })
  expect(seen.because).toContain('Sampling')
  expect(seen.rollout.phase).toBe('progressing')
})

test('a candidate of which nothing comes is stopped once that has lasted for 60 seconds, and not before', async () => {
  const passage = await passages.begin('hung')
  passage.send(runsEach(0.25, [0, 200], () => ({ version: '2.3.3' })))
  const early = await passage.playUntil(55, 5)
  expect(early.decision.outcome).toBe('hold')
  expect(early.decision.evidences['silence']).toBeGreaterThan(early.decision.threshold)
  const seen = await passage.playUntil(75, 5)
  expect(seen.decision).toMatchObject({ outcome: 'stop', question: 'silence', reason: 'rollback_required' })
  expect(seen.because).toContain('None of the')
})

test('a candidate that hung after it had runs is stopped 60 seconds after the last of them', async () => {
  const passage = await passages.begin('hangs-later')
  passage.send(mixed(0.5, 0.25, [0, 100]))
  passage.send(runsEach(0.25, [100, 300], (n) => ({ version: '2.3.3', n: n + 10_000 })))
  const early = await passage.playUntil(155, 5)
  expect(early.decision.outcome).not.toBe('stop')
  const seen = await passage.playUntil(200, 5)
  expect(seen.decision).toMatchObject({ outcome: 'stop', question: 'silence' })
})

test('runs without a registered version, more than 5 % of the agent’s, let no stage open', async () => {
  const stages = [
    { name: 'half', weight_percent: 50, hold: '60s' },
    { name: 'most', weight_percent: 60, hold: '60s' },
    { name: 'full', weight_percent: 100 },
  ]
  const passage = await passages.begin('unattributed', { document: { stages } })
  passage.send(mixed(0.5, 0.25, [0, 400]))
  passage.send(runsEach(2.5, [0, 400], () => ({ version: 'nightly' })))
  await passage.playUntil(380, 40)
  const seen = await passage.playUntil(400)
  expect(seen.decision.outcome).toBe('allow')
  expect(seen.rollout.stageIndex).toBe(0)
  expect(seen.rollout.lacks ?? '').toContain('name no registered version')
})
