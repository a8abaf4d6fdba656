import { expect, test } from 'vitest'
import { leaseFor } from './lease.ts'
import { parseReports } from './report.ts'
import { aTable, ramping } from './testing/tables.ts'

const report = {
  instanceId: 'i-1',
  epoch: 1,
  rev: 7,
  sum: 'sha256:0',
  appliedAt: 0,
  mode: 'stream',
  agents: ['support-agent'],
  inflight: { '2.4.0': 3 },
}

test('one report is read, and a batch of them', () => {
  expect(parseReports(report)).toMatchObject({ ok: true, isBatch: false, reports: [report] })
  expect(parseReports({ reports: [report, report] })).toMatchObject({ ok: true, isBatch: true })
  expect(parseReports({ ...report, later: 'field' })).toMatchObject({ ok: true })
})

test.each([
  [null, 'report: expected an object'],
  [{ ...report, instanceId: '' }, 'instanceId: expected a text of 1 to 100'],
  [{ ...report, rev: -1 }, 'rev: expected a whole number'],
  [{ ...report, mode: 'guess' }, 'mode: expected "stream" or "poll"'],
  [{ ...report, inflight: { a: 0.5 } }, 'inflight.a: expected a whole number'],
  [{ ...report, agents: 'support-agent' }, 'agents: expected a list'],
  [{ reports: Array.from({ length: 1_001 }, () => report) }, 'reports: expected a list of at most 1000'],
  [{ reports: [report, { ...report, epoch: null }] }, 'reports[1].epoch: expected a whole number'],
])('what is none is refused with its place: %j', (value, error) => {
  const parsed = parseReports(value)
  expect(parsed.ok ? '' : parsed.error).toContain(error)
})

test('a lease is withheld from whoever has not heard of the newest lock or deny', () => {
  const deny = { state: 'deny', onUnknown: 'deny', since: 5 } as const
  const revoked = { '2.2.0': { mode: 'next_turn', reason: 'errors', since: 4 } } as const
  const agents = { 'support-agent': ramping(500, { revoked, capabilities: { writes: deny } }) }
  const table = aTable(9, { leaseMs: 60_000, agents })
  expect([4, 5, 9].map((rev) => leaseFor(table, { epoch: 1, rev }, '*'))).toEqual([0, 60_000, 60_000])
  expect(leaseFor(table, { epoch: 2, rev: 9 }, '*')).toBe(0)
  expect(leaseFor(aTable(9, { agents }), { epoch: 1, rev: 9 }, '*')).toBe(0)
  // What it may not see does not concern it.
  expect(leaseFor(table, { epoch: 1, rev: 1 }, ['mail-agent'])).toBe(60_000)
})
