import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  compareRevision,
  formatRevision,
  own,
  parseRevision,
  parseTable,
  sealTable,
  tableFor,
  verifySum,
} from './table.ts'
import { aTable, aTableOf, ramping } from './testing/tables.ts'

const full = aTableOf(
  ramping(500, {
    revoked: { '2.2.0': { mode: 'next_turn', reason: 'refund errors', since: 4 } },
    capabilities: { 'tool:refund': { state: 'deny', onUnknown: 'deny', since: 4, strict: true } },
  }),
)
const copy = () => JSON.parse(JSON.stringify(full))

test('a sealed table survives the wire', () => {
  const parsed = parseTable(copy())
  expect(parsed).toEqual({ ok: true, table: full })
  expect(parsed.ok && verifySum(parsed.table)).toBe(true)
})

test('fields of a later server are ignored, kept, and covered by the sum', () => {
  const agents = { 'support-agent': Object.assign({ shadow: { of: '2.5.0' } }, ramping(500)) }
  const sealed = sealTable(Object.assign({ region: 'eu' }, aTable(1, { agents })))
  expect(sealed.sum).not.toBe(aTableOf(ramping(500)).sum)
  const parsed = parseTable(JSON.parse(JSON.stringify(sealed)))
  expect(parsed.ok && verifySum(parsed.table)).toBe(true)
})

test.each([
  ['v', { v: 2 }, 'v: expected 1, got 2'],
  ['epoch', { epoch: 1.5 }, 'epoch: expected a whole number from 0 to 9007199254740991, got 1.5'],
  ['rev', { rev: '7' }, 'rev: expected a whole number from 0 to 9007199254740991, got "7"'],
  ['agents', { agents: [] }, 'agents: expected an object, got []'],
  ['sum', { sum: undefined }, 'sum: expected a text, got nothing'],
])('refuses a wrong %s with its path, what was expected and what was there', (_, wrong, error) => {
  expect(parseTable({ ...copy(), ...wrong })).toEqual({ ok: false, error })
})

test.each([
  [{ stable: '' }, 'agents.support-agent.stable: expected a text, got ""'],
  [{ stable: undefined }, 'agents.support-agent.stable: expected a text, got nothing'],
  [ramping(10_001), 'agents.support-agent.rollout.bp: expected a whole number from 0 to 10000, got 10001'],
  [
    { stable: null, capabilities: { writes: { state: 'off', onUnknown: 'deny', since: 1 } } },
    'agents.support-agent.capabilities.writes.state: expected "allow" or "deny", got "off"',
  ],
  [
    { stable: null, revoked: { '2.4.0': { mode: 'later', reason: '', since: 1 } } },
    'agents.support-agent.revoked.2.4.0.mode: expected "finish" or "next_turn" or "abort", got "later"',
  ],
])('refuses the agent %j', (route, error) => {
  expect(parseTable({ ...copy(), agents: { 'support-agent': route } })).toEqual({ ok: false, error })
})

test.each([null, undefined, 'text', 3, [], '<html>'])('refuses %j, which is no table', (value) => {
  expect(parseTable(value).ok).toBe(false)
})

test('any change of what is decided breaks the sum', () => {
  expect(verifySum({ ...full, rev: full.rev + 1 })).toBe(false)
  expect(verifySum({ ...full, env: 'staging' })).toBe(false)
  expect(verifySum({ ...full, agents: {} })).toBe(false)
  expect(verifySum({ ...full, env: '\ud800' })).toBe(false)
})

test('the sum depends neither on the order of keys nor on when the table was built', () => {
  const { issuedAt: _, sum, ...rest } = full
  const reversed = Object.fromEntries(Object.entries({ ...rest, issuedAt: 'later' }).reverse())
  const parsed = parseTable({ ...reversed, sum })
  expect(parsed.ok && verifySum(parsed.table)).toBe(true)
})

test('sealing drops a signature, which was over other bytes', () => {
  expect(sealTable(Object.assign({ sig: 'ed25519:00' }, full))).not.toHaveProperty('sig')
})

const revision = fc.record({ epoch: fc.nat(3), rev: fc.nat(3) })

test('revisions are ordered by epoch, then by rev', () => {
  expect(compareRevision({ epoch: 2, rev: 1 }, { epoch: 1, rev: 9 })).toBeGreaterThan(0)
  expect(compareRevision({ epoch: 1, rev: 1 }, { epoch: 1, rev: 9 })).toBeLessThan(0)
  fc.assert(
    fc.property(revision, revision, (a, b) => {
      expect(Math.sign(compareRevision(a, b))).toBe(-Math.sign(compareRevision(b, a)) + 0)
      expect(compareRevision(a, b) === 0).toBe(a.epoch === b.epoch && a.rev === b.rev)
    }),
  )
})

test('a written revision reads back, bare and as an ETag; anything else does not', () => {
  const head = { epoch: 1_764_000_000_000, rev: 4_711 }
  expect(formatRevision(head)).toBe('1764000000000.4711')
  for (const written of ['1764000000000.4711', '"1764000000000.4711"', 'W/"1764000000000.4711"']) {
    expect(parseRevision(written)).toEqual(head)
  }
  for (const written of ['', '1', '1.2.3', '-1.2', 'a.b', '9999999999999999.1', 'undefined.undefined']) {
    expect(parseRevision(written)).toBeNull()
  }
})

test('a scope shows its agents and no other, sealed anew', () => {
  const table = aTable(3, { agents: { one: { stable: '1' }, two: { stable: '2' } } })
  const seen = tableFor(table, ['two', 'constructor'])
  expect(Object.keys(seen.agents)).toEqual(['two'])
  expect(verifySum(seen)).toBe(true)
  expect(seen.sum).not.toBe(table.sum)
  expect(tableFor(table, '*')).toBe(table)
})

test('what every object inherits is not an entry', () => {
  expect(own({}, 'constructor')).toBeUndefined()
  expect(own(undefined, 'a')).toBeUndefined()
  expect(own({ a: 1 }, 'a')).toBe(1)
})
