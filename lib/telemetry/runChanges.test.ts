import { array, assert, boolean, constantFrom, integer, property, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emptyTally, mergeTallies, subtractTally, type Tally } from '#lib/domain/tally.ts'
import type { Assembled } from './assembleTrace.ts'
import { tallyOf } from './bucket.ts'
import { exampleAt, exampleRun } from './example.ts'
import type { Run } from './run.ts'
import { bucketChanges, changesOf, type CountedRun } from './runChanges.ts'

const amendSince = new Date(exampleAt.getTime() - 1000)

function assembled(given: Partial<Assembled>): Assembled {
  const unclaimed = { agents: [], hasCalls: false }
  return { runs: [], waiting: [], inside: [], again: null, unclaimed, ...given }
}

const arrived = (given: Partial<Run> = {}) => ({ run: exampleRun(given), receivedAt: exampleAt })
const counted = (given: Partial<Run> = {}, rest: Partial<CountedRun> = {}): CountedRun => ({
  ...arrived(given),
  foldedInto: null,
  ...rest,
})
const kinds = (told: Partial<Assembled>, ...before: readonly CountedRun[]) =>
  changesOf(assembled(told), before, amendSince).map((change) => change.kind)

describe('what becomes of a run that is told', () => {
  test('it is new once', () => {
    expect(kinds({ runs: [arrived()] })).toEqual(['new'])
    expect(kinds({ runs: [arrived()] }, counted())).toEqual([])
  })

  test('one that waits is not counted, but amended when it was', () => {
    expect(kinds({ waiting: [arrived()] })).toEqual([])
    expect(kinds({ waiting: [arrived({ toolCalls: 1 })] }, counted())).toEqual(['amended'])
  })

  test('it is amended when anything of it is another, and keeps the moment at which it came', () => {
    const now = { run: exampleRun({ failed: true }), receivedAt: new Date(exampleAt.getTime() + 60_000) }
    const before = counted()
    expect(changesOf(assembled({ runs: [now] }), [before], amendSince)).toEqual([
      { kind: 'amended', run: now.run, before: before.run, receivedAt: exampleAt, foldedInto: null },
    ])
  })

  test('its rollout is not kept, and amends nothing', () => {
    expect(kinds({ runs: [arrived({ rolloutId: 'ro_1' })] }, counted())).toEqual([])
  })

  test('it is folded once, and never amended or counted again', () => {
    const told = { inside: [{ spanId: exampleRun().spanId, into: 'outer' }] }
    expect(changesOf(assembled(told), [counted()], amendSince)).toMatchObject([
      { kind: 'folded', foldedInto: 'outer' },
    ])
    const folded = counted({}, { foldedInto: 'outer' })
    expect(kinds(told, folded)).toEqual([])
    expect(kinds({ runs: [arrived({ failed: true })] }, folded)).toEqual([])
    expect(kinds(told)).toEqual([])
  })

  test('after a day it stays as it is: what was in it may be forgotten', () => {
    const old = counted({}, { receivedAt: new Date(amendSince.getTime() - 1) })
    expect(kinds({ runs: [arrived({ toolCalls: 9 })] }, old)).toEqual([])
    expect(kinds({ inside: [{ spanId: exampleRun().spanId, into: 'outer' }] }, old)).toEqual([])
  })
})

// Dyadic costs and shares, so that sums are exact.
const aRun = record({
  failed: boolean(),
  cancelled: boolean(),
  toolCalls: constantFrom(0, 1, 2, 4),
  costUsd: constantFrom(null, 0, 0.5, 2),
  latencyMs: integer({ min: 0, max: 5000 }),
}).map((given) => exampleRun(given))

const sumOf = (runs: readonly Run[]) => runs.map(tallyOf).reduce(mergeTallies, emptyTally)

test('what is taken away after it was added leaves what there was', () => {
  assert(
    property(array(aRun), array(aRun), (a, b) => {
      const whole = mergeTallies(sumOf(a), sumOf(b))
      expect(subtractTally(whole, sumOf(b))).toEqual(sumOf(a))
      expect(mergeTallies(subtractTally(emptyTally, sumOf(b)), whole)).toEqual(sumOf(a))
    }),
  )
})

test('the buckets after the changes are those of the runs as they are now', () => {
  const step = record({ before: aRun, now: aRun, kind: constantFrom('new', 'amended', 'folded', 'same') })
  assert(
    property(array(step, { maxLength: 8 }), (steps) => {
      const told: Run[] = []
      const is: Run[] = []
      const changes = steps.flatMap(({ before, now, kind }) => {
        if (kind !== 'new') told.push(before)
        if (kind === 'new' || kind === 'amended') is.push(now)
        if (kind === 'same') {
          is.push(before)
          return []
        }
        const run = kind === 'folded' ? before : now
        const counted = kind === 'new' ? null : before
        return [{ kind, run, before: counted, receivedAt: exampleAt, foldedInto: null } as const]
      })
      const difference = bucketChanges(changes).map(({ tally }) => tally)
      const after = difference.reduce<Tally>(mergeTallies, sumOf(told))
      expect(after).toEqual(sumOf(is))
    }),
  )
})

test('a run that turns out to be of another version leaves the bucket of the one that it was counted for', () => {
  const change = {
    kind: 'amended',
    run: exampleRun({ version: '2' }),
    before: exampleRun({ version: null, rung: 'unattributed' }),
    receivedAt: exampleAt,
    foldedInto: null,
  } as const
  expect(bucketChanges([change])).toMatchObject([
    { version: '', tally: { runs: -1 } },
    { version: '2', tally: { runs: 1 } },
  ])
})
