import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareRevision } from '../lib/routing/table.ts'
import { aTable, aTableOf, ramping } from '../lib/routing/testing/tables.ts'
import { createHeld } from './held.ts'

test('whatever the order in which tables come, the one in force only ever gets newer', () => {
  const revision = fc.record({ epoch: fc.integer({ min: 1, max: 3 }), rev: fc.nat(5), leaseMs: fc.nat(1) })
  fc.assert(
    fc.property(fc.array(revision), (offered) => {
      const held = createHeld('source', null)
      for (const { epoch, rev, leaseMs } of offered) {
        const before = held.table()
        const { kind } = held.offer(aTable(rev, { epoch, leaseMs }))
        const after = held.table()
        if (!after) throw new Error('A sound table was not taken by a client that holds none')
        if (before && kind === 'applied') expect(compareRevision(after, before)).toBeGreaterThan(0)
        if (kind !== 'applied') expect(after).toBe(before)
      }
    }),
  )
})

test('an allow lifts a deny only when its table is newer than the one that denied', () => {
  const allowing = (rev: number) =>
    aTableOf(ramping(0, { capabilities: { writes: { state: 'allow', onUnknown: 'deny', since: 1 } } }), rev)
  const latched = [{ agent: 'support-agent', capability: 'writes', epoch: 1, rev: 7 }]
  const held = createHeld('source', { source: 'source', table: null, latched })

  held.offer(allowing(6))
  expect(held.isLatched('support-agent', 'writes')).toBe(true)
  held.offer(allowing(7))
  expect(held.isLatched('support-agent', 'writes')).toBe(true)
  held.offer(allowing(8))
  expect(held.isLatched('support-agent', 'writes')).toBe(false)
})
