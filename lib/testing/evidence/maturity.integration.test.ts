import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { countedIn, openPassages, type Passages } from '../passage.ts'
import { mixed, runsEach, spread } from '../playedRuns.ts'

/** When a run may be judged: neither its early failures nor a slow exporter speak before the others could. */

let passages: Passages
beforeAll(async () => {
  passages = await openPassages()
})
afterAll(() => passages.close())

/** 4 % fail after two seconds; the others take 40 to 70. */
const slowAgent = (_version: string, index: number) => {
  const fails = index % 25 === 3
  return { tookS: fails ? 2 : 40 + 30 * spread(index), fails }
}
// Each plays some minutes of traffic, on machines that have other work too.
vi.setConfig({ testTimeout: 120_000 })

const slowBefore = runsEach(1, [-300, 0], (index) => ({ version: '2.3.3', ...slowAgent('2.3.3', index) }))

describe('maturity', () => {
  test('the early failures of a slow agent break no limit before its other runs could have finished', async () => {
    const passage = await passages.begin('early-failures', { before: slowBefore })
    passage.send(mixed(0.5, 0.25, [0, 240], slowAgent))
    await passage.playUntil(50, 5)
    expect(countedIn(await passage.checks(), 'errors', 'limit')).toEqual({
      candidate: [0, 0],
      stable: [0, 0],
    })
    const seen = await passage.playUntil(240, 10)
    expect(seen.rollout.phase).toBe('progressing')
    const [bad, of] = countedIn(await passage.checks(), 'errors', 'limit').candidate
    expect(of).toBeGreaterThan(200)
    expect(bad / of).toBeCloseTo(0.04, 1)
    expect(seen.decision.evidences['limit.errors']).toBeLessThan(20)
  })

  test('a run is mature at the age that the newest runs of the stable take', async () => {
    const passage = await passages.begin('newest-runs', {
      before: [
        ...runsEach(1, [-600, -320], () => ({ version: '2.3.3', tookS: 100 })),
        ...runsEach(1, [-250, -30], () => ({ version: '2.3.3', tookS: 20 })),
      ],
    })
    passage.send([{ version: '2.4.0', startS: 10, tookS: 1, fails: true }])
    passage.send([{ version: '2.4.0', startS: 10, tookS: 50, fails: true, n: 1 }])
    const limitAt = async (seconds: number) => {
      await passage.playUntil(seconds, 5)
      return countedIn(await passage.checks(), 'errors', 'limit').candidate
    }
    expect(await limitAt(25)).toEqual([0, 0])
    expect(await limitAt(40)).toEqual([1, 1])
    expect(await limitAt(55)).toEqual([1, 1])
    expect(await limitAt(75)).toEqual([2, 2])
  })
})

describe('delivery', () => {
  /** One in seven fails, and early. */
  const perVersion = (lateS: Readonly<Record<string, number>>) => (version: string, index: number) => {
    const fails = index % 7 === 3
    return { tookS: fails ? 2 : 40 + 30 * spread(index), fails, lateS: lateS[version] ?? 0 }
  }

  test.each([
    ['the stable’s', { '2.3.3': 30, '2.4.0': 0 }],
    ['the candidate’s', { '2.3.3': 0, '2.4.0': 30 }],
  ])('%s spans 30 seconds later than the other’s are not taken for a difference', async (_whose, lateS) => {
    const passage = await passages.begin(`late-${lateS['2.3.3']}`, {
      triggers: { error_rate: 0.5 },
      before: slowBefore.map((run) => ({ ...run, lateS: lateS['2.3.3'] })),
    })
    passage.send(mixed(0.5, 0.05, [0, 110], perVersion(lateS)))
    const seen = await passage.playUntil(110, 10)
    expect(seen.rollout.phase).toBe('progressing')
    const looks = { where: { rolloutId: passage.rolloutId }, _max: { evidence: true } } as const
    expect((await passages.house.db.decision.aggregate(looks))._max.evidence).toBeLessThan(20)
    expect(countedIn(await passage.checks(), 'errors').candidate[1]).toBeGreaterThan(100)
  })

  test('spans that come more than 60 s late let nothing advance, and the rollout says so', async () => {
    const stages = [
      { name: 'half', weight_percent: 50, hold: '60s' },
      { name: 'most', weight_percent: 60, hold: '60s' },
      { name: 'full', weight_percent: 100 },
    ]
    const passage = await passages.begin('too-late', { document: { stages } })
    passage.send(mixed(0.5, 0.25, [0, 500], () => ({ lateS: 90 })))
    await passage.playUntil(480, 40)
    const seen = await passage.playUntil(500)
    expect(seen.decision.outcome).toBe('allow')
    expect(seen.rollout.stageIndex).toBe(0)
    expect(seen.rollout.lacks ?? '').toContain('95 s late')

    const punctual = await passages.begin('punctual', { document: { stages } })
    punctual.send(mixed(0.5, 0.25, [0, 500]))
    await punctual.playUntil(480, 40)
    expect((await punctual.playUntil(500)).rollout.stageIndex).toBe(1)
  })
})
