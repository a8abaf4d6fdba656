import { expect, test } from 'vitest'
import { ackSentence, acksOf, classOf, pendingMs, type Reported, whyNotForget } from './acknowledgement.ts'

const now = Date.parse('2026-11-23T15:42:20.000Z')
const order = { epoch: 1, rev: 7, fences: true }
const orderedAt = now - 2_000

function instance(changes: Partial<Reported> = {}): Reported {
  return {
    id: 'i',
    host: null,
    epoch: 1,
    rev: 7,
    heardAt: now - 1_000,
    leaseMs: 0,
    ackedAt: orderedAt + 40,
    nack: null,
    inflight: {},
    ...changes,
  }
}
const behind = (changes: Partial<Reported> = {}) => instance({ rev: 6, ackedAt: null, ...changes })

test.each([
  ['switched', 'decides by the revision', instance()],
  ['switched', 'decides by a later one', instance({ rev: 9 })],
  ['switched', 'decides by a later epoch', instance({ epoch: 2, rev: 1 })],
  ['switched', 'had it and was not heard since', instance({ heardAt: now - 600_000 })],
  ['pending', 'was heard lately', behind()],
  ['silent', 'was not heard for fifteen seconds', behind({ heardAt: now - pendingMs })],
  ['silent', 'was not heard, and its lease runs', behind({ heardAt: now - 20_000, leaseMs: 60_000 })],
  ['fenced', 'was not heard for longer than its lease', behind({ heardAt: now - 61_000, leaseMs: 60_000 })],
  [
    'silent',
    'was not heard since just its lease: clocks differ',
    behind({ heardAt: now - 60_000, leaseMs: 60_000 }),
  ],
  ['silent', 'was not heard for long, and never had a lease', behind({ heardAt: now - 900_000 })],
  ['rejected', 'refused the revision', behind({ nack: { epoch: 1, rev: 7, error: 'sum' } })],
  ['rejected', 'refused what cannot be read', behind({ nack: { epoch: null, rev: null, error: 'schema' } })],
  ['pending', 'refused an older one', behind({ nack: { epoch: 1, rev: 6, error: 'conflict' } })],
] as const)('an instance is %s that %s', (is, _what, given) => expect(classOf(given, order, now)).toBe(is))

test('a switch is complete when nobody is pending, silent or rejects it; a fenced one counts', () => {
  const complete = (...given: Reported[]) => acksOf(given, order, orderedAt, now).complete
  const fenced = behind({ heardAt: now - 61_000, leaseMs: 60_000 })
  expect(complete(instance(), fenced)).toBe(true)
  expect(complete(instance(), behind())).toBe(false)
  expect(complete(instance(), behind({ heardAt: now - 61_000 }))).toBe(false)
  expect(complete(instance(), behind({ nack: { epoch: 1, rev: 7, error: 'sum' } }))).toBe(false)
})

test('a lease bounds nothing of a kill switch that is not strict: a fenced instance is silent to it', () => {
  const lax = { ...order, fences: false }
  const gone = behind({ heardAt: now - 61_000, leaseMs: 60_000 })
  expect(classOf(gone, lax, now)).toBe('silent')
  expect(acksOf([instance(), gone], lax, orderedAt, now)).toMatchObject({ complete: false, fencedAt: null })
})

test('only an instance that is silent can be taken off the list', () => {
  expect(whyNotForget({ heardAt: now - pendingMs + 1 }, now)).not.toBeNull()
  expect(whyNotForget({ heardAt: now - pendingMs }, now)).toBeNull()
})

test('the times are those of the first, of half and of the last, since the order', () => {
  const given = [400, 20, 90, 60].map((ms) => instance({ ackedAt: orderedAt + ms }))
  expect(acksOf([...given, behind()], order, orderedAt, now)).toMatchObject({
    of: 5,
    switched: 4,
    firstMs: 20,
    p50Ms: 60,
    lastMs: 400,
  })
  expect(acksOf([], order, orderedAt, now)).toMatchObject({ firstMs: null, p50Ms: null, lastMs: null })
})

test('the sentence names who is missing, since when, and until when it can go wrong', () => {
  const switched = Array.from({ length: 41 }, () => instance())
  const silent = behind({ heardAt: Date.parse('2026-11-23T15:42:00.000Z') })
  const say = (...given: Reported[]) => ackSentence(acksOf(given, order, orderedAt, now))
  expect(say(...switched, silent)).toBe('41 of 42 instances switched; 1 silent since 15:42:00')
  expect(say(...switched, { ...silent, leaseMs: 60_000 })).toBe(
    '41 of 42 instances switched; 1 silent since 15:42:00, fenced at 15:43:00',
  )
  expect(say(instance(), behind({ nack: { epoch: 1, rev: 7, error: 'sum' } }))).toBe(
    '1 of 2 instances switched; 1 refused it',
  )
  expect(say(instance())).toBe('1 of 1 instance switched')
  expect(say()).toBe('No instance reports')
})

test('turns that run are added up by version; a version with none is left out', () => {
  const given = [{ '2.4.0': 3, '2.3.3': 0 }, { '2.4.0': 1 }].map((inflight) => instance({ inflight }))
  expect(acksOf(given, order, orderedAt, now).inflight).toEqual({ '2.4.0': 4 })
})
