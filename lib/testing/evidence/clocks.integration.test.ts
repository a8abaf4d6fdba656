import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { countedIn, openPassages, type Passages } from '../passage.ts'
import { mixed } from '../playedRuns.ts'

/** A host whose clock is wrong is no release that is wrong. */

// Each plays some minutes of traffic, on machines that have other work too.
vi.setConfig({ testTimeout: 120_000 })

let passages: Passages
beforeAll(async () => {
  passages = await openPassages()
})
afterAll(() => passages.close())

const minute = 60
const day = 24 * 60 * minute

/** Healthy versions alike, the candidate's host with this clock. */
async function play(agent: string, aheadS: number) {
  const passage = await passages.begin(agent)
  passage.send(
    mixed(0.5, 0.5, [0, 300], (version) => ({
      tookS: 2,
      lateS: 1,
      aheadS: version === '2.4.0' ? aheadS : 0,
    })),
  )
  const seen = await passage.playUntil(300, 20)
  expect(await passages.house.db.lock.count({ where: { agent } })).toBe(0)
  expect(seen.rollout).toMatchObject({ phase: 'progressing', incidentId: null })
  return { passage, seen }
}

describe('a candidate’s host whose clock is far off is refused, named, and held, never locked', () => {
  test.each([
    ['six minutes ahead', 6 * minute, 'more than 5 minutes ahead'],
    ['a day ahead', day, 'more than 5 minutes ahead'],
    ['two days behind', -2 * day, 'older than a day'],
    ['in 1970', -Date.UTC(2026, 10, 23) / 1000, 'older than a day'],
  ])('%s', async (name, aheadS, said) => {
    const { seen } = await play(name.replaceAll(' ', '-'), aheadS)
    expect(seen.decision.outcome).toBe('hold')
    expect(seen.decision.reason).toBe('insufficient_data')
    expect(seen.because).toContain(said)
    expect(seen.because).toContain('2.4.0')
    expect(seen.because).toContain('NTP')
  })
})

describe('a candidate’s host whose clock is a little off is compared all the same', () => {
  test.each([
    ['20 seconds ahead', 20],
    ['20 seconds behind', -20],
    ['four minutes ahead', 4 * minute],
  ])('%s', async (name, aheadS) => {
    const { passage, seen } = await play(name.replaceAll(' ', '-'), aheadS)
    expect(seen.decision.evidence).toBeLessThan(20)
    const { candidate, stable } = countedIn(await passage.checks(), 'errors')
    expect(candidate[1]).toBeGreaterThan(200)
    expect(stable[1]).toBeGreaterThan(200)
    expect(seen.rollout.lacks ?? '').not.toContain('late')
  })
})

test('a host that is a few hours behind is held with a sentence: its runs seem to be older than the rollout', async () => {
  const { passage, seen } = await play('hours-behind', -3 * 60 * minute)
  expect(seen.decision.outcome).toBe('hold')
  expect(seen.rollout.lacks).toContain('late')
  expect(countedIn(await passage.checks(), 'errors').candidate).toEqual([0, 0])
})
