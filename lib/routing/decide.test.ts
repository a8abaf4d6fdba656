import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucketOf } from './bucket.ts'
import { decideCapability, decideVersion } from './decide.ts'
import type { Standing, Unit } from './decide.ts'
import type { AgentRoute, RoutingTable } from './table.ts'
import { aTable, aTableOf, ramping } from './testing/tables.ts'

const standing: Standing = { stableDefault: '1.0.0', leaseExpired: false }

function decide(route: AgentRoute | null, unit: Unit = {}, over: Partial<Standing> = {}) {
  return decideVersion(route && aTableOf(route), 'support-agent', unit, { ...standing, ...over })
}

const ids = Array.from({ length: 20_000 }, (_, at) => `conversation-${at}`)
function onCandidate(bp: number): string[] {
  const table = aTableOf(ramping(bp))
  return ids.filter(
    (conversationId) =>
      decideVersion(table, 'support-agent', { conversationId }, standing).version === '2.4.0',
  )
}

test('without a table every conversation runs the configured stable', () => {
  expect(decide(null, { conversationId: 'c' })).toMatchObject({
    version: '1.0.0',
    reason: 'NO_TABLE',
    variant: 'stable',
    epoch: null,
    rev: null,
  })
})

test('an agent that the table does not list runs the configured stable, and a pinned conversation stays', () => {
  const table = aTableOf(ramping(10_000))
  expect(decideVersion(table, 'other', { conversationId: 'c' }, standing)).toMatchObject({
    version: '1.0.0',
    reason: 'NO_AGENT',
  })
  expect(decideVersion(table, 'constructor', {}, standing).version).toBe('1.0.0')
  expect(decideVersion(table, 'other', { pin: { version: '2.4.0' } }, standing).version).toBe('2.4.0')
})

test('with nothing configured and nothing known no version is made up', () => {
  expect(decide(null, {}, { stableDefault: null }).version).toBeNull()
  expect(decide({ stable: null }, {}, { stableDefault: null })).toMatchObject({
    version: null,
    reason: 'NO_STABLE',
  })
  expect(decide({ stable: null })).toMatchObject({ version: '1.0.0', reason: 'NO_STABLE' })
})

test.each([0, 1, 50, 500, 2_500, 5_000, 9_999, 10_000])(
  'the share at %i basis points is close to it',
  (bp) => {
    const share = onCandidate(bp).length / ids.length
    const deviation = Math.sqrt(((bp / 10_000) * (1 - bp / 10_000)) / ids.length)
    expect(Math.abs(share - bp / 10_000)).toBeLessThanOrEqual(5 * deviation)
  },
)

test('0 basis points give the candidate nobody, 10 000 give it everybody', () => {
  expect(onCandidate(0)).toEqual([])
  expect(onCandidate(10_000)).toHaveLength(ids.length)
})

test('1 and 9 999 basis points differ from none and all by one bucket', () => {
  expect(onCandidate(1)).toEqual(ids.filter((id) => bucketOf(id, 'ro_9f') === 0))
  expect(onCandidate(9_999)).toEqual(ids.filter((id) => bucketOf(id, 'ro_9f') !== 9_999))
  expect(onCandidate(1).length).toBeGreaterThan(0)
})

test('raising the share only adds conversations to the candidate', () => {
  const share = fc.integer({ min: 0, max: 10_000 })
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), share, share, (conversationId, one, other) => {
      const [low, high] = [Math.min(one, other), Math.max(one, other)]
      const before = decide(ramping(low), { conversationId })
      const after = decide(ramping(high), { conversationId })
      if (before.version === '2.4.0') expect(after.version).toBe('2.4.0')
      expect(after.bucket).toBe(before.bucket)
    }),
  )
})

test('who cannot be told apart runs the stable, never a random version', () => {
  expect(decide(ramping(10_000), {})).toMatchObject({ version: '2.3.3', reason: 'NO_UNIT', bucket: null })
  expect(decide(ramping(10_000), { conversationId: '' })).toMatchObject({
    version: '2.3.3',
    reason: 'NO_UNIT',
  })
})

test('a rollout that takes no new conversations draws none', () => {
  const { rollout, ...rest } = ramping(10_000)
  expect(decide(rest, { conversationId: 'c' }).reason).toBe('NO_ROLLOUT')
  const paused = { ...rest, ...(rollout ? { rollout: { ...rollout, state: 'paused_new' as const } } : {}) }
  expect(decide(paused, { conversationId: 'c' })).toMatchObject({ version: '2.3.3', reason: 'PAUSED_NEW' })
})

test('an instance without a lease, or without a first contact, draws nobody and keeps whom it has', () => {
  const conversation = { conversationId: 'c' }
  const pinned = { ...conversation, pin: { version: '2.4.0' } }
  for (const [over, reason] of [
    [{ leaseExpired: true }, 'LEASE_EXPIRED'],
    [{ contacted: false }, 'NO_CONTACT'],
  ] as const) {
    expect(decide(ramping(10_000), conversation, over)).toMatchObject({ version: '2.3.3', reason })
    expect(decide(ramping(10_000), pinned, over)).toMatchObject({ version: '2.4.0', reason: 'PINNED' })
  }
})

const revoked = (mode: 'finish' | 'next_turn' | 'abort') =>
  ramping(10_000, { revoked: { '2.4.0': { mode, reason: 'refund errors', since: 1 } } })

test('a revoked candidate gets no new conversation, even when the table still ramps it', () => {
  const mode = fc.constantFrom('finish', 'next_turn', 'abort')
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), mode, (conversationId, how) => {
      const decision = decide(revoked(how), { conversationId })
      expect(decision).toMatchObject({ version: '2.3.3', reason: 'CANDIDATE_REVOKED', variant: 'stable' })
    }),
  )
})

test('a revoked version is never decided for a new conversation, wherever the table names it', () => {
  const version = fc.constantFrom('1.0.0', '2.3.3', '2.4.0')
  const lock = { mode: 'finish', reason: '', since: 1 } as const
  fc.assert(
    fc.property(fc.string(), fc.uniqueArray(version), fc.nat(10_000), (conversationId, locked, bp) => {
      const route = ramping(bp, { revoked: Object.fromEntries(locked.map((each) => [each, lock])) })
      const decision = decide(route, { conversationId })
      expect(locked).not.toContain(decision.version)
      if (locked.length === 3) expect(decision.version).toBeNull()
    }),
  )
})

test.each([
  ['finish', true, '2.4.0', 'PINNED', false],
  ['finish', false, '2.4.0', 'PINNED', false],
  ['next_turn', true, '2.3.3', 'PIN_REVOKED', false],
  ['next_turn', false, '2.4.0', 'PINNED', false],
  ['abort', true, '2.3.3', 'PIN_ABORTED', true],
  ['abort', false, '2.3.3', 'PIN_ABORTED', true],
] as const)(
  'a conversation on a version revoked with %s, between turns %s, runs %s',
  (mode, turnBoundary, version, reason, abort) => {
    const unit = { conversationId: 'c', pin: { version: '2.4.0' }, turnBoundary }
    expect(decide(revoked(mode), unit)).toMatchObject({ version, reason, abort, pin: { version } })
  },
)

test('a pinned conversation stays on its version while the share falls to nothing', () => {
  const decision = decide(ramping(0), { conversationId: 'c', pin: { version: '2.4.0' } })
  expect(decision).toMatchObject({ version: '2.4.0', variant: 'candidate', reason: 'PINNED' })
})

test('a pinned version that the table no longer names is kept and called so', () => {
  expect(decide({ stable: '2.5.0' }, { pin: { version: '2.3.0' } })).toMatchObject({
    version: '2.3.0',
    variant: 'pinned',
  })
})

test('a pin to another version ends after its age, at a turn boundary; a pin to the stable does not', () => {
  const day = 86_400_000
  const old = (version: string) => ({ conversationId: 'c', pin: { version, pinnedAt: 0 } })
  const now = day + 1
  expect(decide(ramping(0), old('2.4.0'), { now: day }).reason).toBe('PINNED')
  expect(decide(ramping(0), old('2.4.0'), { now })).toMatchObject({ version: '2.3.3', reason: 'SPLIT' })
  expect(decide(ramping(0), { ...old('2.4.0'), turnBoundary: false }, { now }).reason).toBe('PINNED')
  expect(decide(ramping(10_000), old('2.3.3'), { now })).toMatchObject({ version: '2.3.3', reason: 'PINNED' })
  expect(decide(ramping(10_000), old('2.4.0'), { now }).pin).toEqual({ version: '2.4.0', pinnedAt: now })
})

test('a conversation gets a pin; a call without one does not', () => {
  expect(decide(ramping(0), { conversationId: 'c' }, { now: 5 }).pin).toEqual({
    version: '2.3.3',
    pinnedAt: 5,
  })
  expect(decide(ramping(0), {})).not.toHaveProperty('pin')
})

test('a decision names the revision it was taken on', () => {
  expect(decideVersion(aTableOf(ramping(1), 4_711), 'support-agent', {}, standing)).toMatchObject({
    epoch: 1,
    rev: 4_711,
  })
})

const withWrites = (state: 'allow' | 'deny', strict = false): RoutingTable =>
  aTableOf({ stable: '2.3.3', capabilities: { writes: { state, onUnknown: 'deny', since: 9, strict } } })
const unknown = { onUnknown: 'allow', isLatched: () => false } as const

test('a deny of the table holds, whatever the caller thinks of the unknown', () => {
  expect(decideCapability(withWrites('deny'), 'support-agent', 'writes', unknown)).toMatchObject({
    allowed: false,
    reason: 'STATE',
    since: 9,
  })
})

test.each(['allow', 'deny'] as const)('what no table knows is as the caller says: %s', (onUnknown) => {
  const asked = { onUnknown, isLatched: () => false }
  const allowed = onUnknown === 'allow'
  expect(decideCapability(null, 'support-agent', 'writes', asked).allowed).toBe(allowed)
  expect(decideCapability(withWrites('deny'), 'support-agent', 'reads', asked).allowed).toBe(allowed)
  expect(decideCapability(withWrites('deny'), 'other', 'writes', asked).allowed).toBe(allowed)
  expect(decideCapability(withWrites('deny'), 'support-agent', 'constructor', asked).allowed).toBe(allowed)
})

test('a latched deny holds against a missing table, agent and key', () => {
  const latched = { onUnknown: 'allow', isLatched: (name: string) => name === 'writes' } as const
  for (const table of [null, aTableOf({ stable: '2.3.3' })]) {
    expect(decideCapability(table, 'support-agent', 'writes', latched)).toMatchObject({
      allowed: false,
      reason: 'LATCHED',
    })
  }
})

test('without a lease only a strict capability falls back', () => {
  const expired = { ...unknown, leaseExpired: true }
  expect(decideCapability(withWrites('allow'), 'support-agent', 'writes', expired).allowed).toBe(true)
  expect(decideCapability(withWrites('allow', true), 'support-agent', 'writes', expired).allowed).toBe(false)
})

const denying = (name: string): RoutingTable =>
  aTableOf(ramping(10_000, { capabilities: { [name]: { state: 'deny', onUnknown: 'deny', since: 9 } } }))

test('a stopped agent runs no version, not even a pinned one, and what it is in the middle of is cancelled', () => {
  const pin = { version: '2.4.0' }
  for (const unit of [{ conversationId: 'c' }, { conversationId: 'c', pin }, { pin, turnBoundary: false }]) {
    const decision = decideVersion(denying('agent'), 'support-agent', unit, standing)
    expect(decision).toMatchObject({ version: null, variant: null, reason: 'AGENT_DENIED' })
    expect(decision.abort).toBe('pin' in unit)
    // Released, the conversation goes on where it was.
    expect(decision.pin).toEqual('pin' in unit ? pin : undefined)
  }
})

test('a stop that was seen holds without a table, without the agent in it and without the key', () => {
  const stopped = { ...standing, stopped: true }
  for (const table of [null, aTable(1, { agents: {} }), aTableOf(ramping(5_000))]) {
    expect(decideVersion(table, 'support-agent', { conversationId: 'c' }, stopped).version).toBeNull()
  }
})

test('a stopped agent may do nothing, and the deny of every tool is one of each', () => {
  const may = (denied: string, asked: string) =>
    decideCapability(denying(denied), 'support-agent', asked, unknown).allowed
  for (const asked of ['agent', 'writes', 'tool:refund', 'tool:*', 'reads'])
    expect(may('agent', asked)).toBe(false)
  expect([may('tool:*', 'tool:refund'), may('tool:*', 'writes')]).toEqual([false, true])
  expect([may('tool:refund', 'tool:refund'), may('tool:refund', 'tool:lookup')]).toEqual([false, true])
  expect([may('writes', 'writes'), may('writes', 'tool:refund')]).toEqual([false, true])
})

test('a tool that is allowed by name is denied by the deny of every tool', () => {
  const allow = { state: 'allow', onUnknown: 'deny', since: 2 } as const
  const deny = { state: 'deny', onUnknown: 'deny', since: 1 } as const
  const table = aTableOf(ramping(0, { capabilities: { 'tool:refund': allow, 'tool:*': deny } }))
  expect(decideCapability(table, 'support-agent', 'tool:refund', unknown)).toMatchObject({
    allowed: false,
    by: 'tool:*',
    since: 1,
  })
})

test('a tool that no switch names is as every tool is, and a latched deny of it holds beside that', () => {
  const allow = { state: 'allow', onUnknown: 'deny', since: 0 } as const
  const table = aTableOf(ramping(0, { capabilities: { 'tool:*': allow } }))
  const asked = { onUnknown: 'deny', isLatched: () => false } as const
  expect(decideCapability(table, 'support-agent', 'tool:refund', asked).allowed).toBe(true)
  const latched = { onUnknown: 'deny', isLatched: (name: string) => name === 'tool:refund' } as const
  expect(decideCapability(table, 'support-agent', 'tool:refund', latched)).toMatchObject({
    allowed: false,
    reason: 'LATCHED',
  })
})
