import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Observation } from '#lib/domain/observation/checkOf.ts'
import { type Bounds, isDue, uses } from '#lib/domain/observation/due.ts'
import { waitingObservations } from './waiting.ts'

const moment = fc.integer({ min: 0, max: 100 })
const observation = fc
  .tuple(fc.constantFrom(...uses), moment, moment, moment)
  .map(([use, unitBeganAt, startedAt, endedAt]): Observation => ({
    use,
    unitBeganAt,
    startedAt,
    endedAt,
    receivedAt: endedAt,
    side: 'stable',
    turn: 0,
    said: { bad: {} },
  }))
const boundary = fc.oneof(moment, fc.constant(Number.POSITIVE_INFINITY))
const bounds: fc.Arbitrary<Bounds> = fc.record({
  unitBefore: boundary,
  endedBy: moment,
  matureBy: moment,
  silentBy: moment,
})

test('gives each observation at the first look at which it is due, once, as a search through all would', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.array(observation, { maxLength: 8 }), bounds), { maxLength: 12 }),
      (looks) => {
        const waiting = waitingObservations()
        let held: Observation[] = []
        for (const [come, at] of looks) {
          for (const each of come) waiting.add(each)
          held.push(...come)
          const due = held.filter((each) => isDue(each.use, each, at))
          held = held.filter((each) => !due.includes(each))
          const taken = waiting.take(at)
          expect(new Set(taken)).toEqual(new Set(due))
          expect(taken).toHaveLength(due.length)
        }
      },
    ),
  )
})
