import { expect, test } from 'vitest'
import { evaluateAll, evaluateFlag, versionFlagKey } from './ofrep.ts'
import { aTable, aTableOf, ramping } from './testing/tables.ts'

const key = 'agent.support-agent.version'
const denyWrites = { writes: { state: 'deny', onUnknown: 'deny', since: 1 } } as const
const body = (context: Record<string, unknown> = {}) => ({ context })

test('a ramping agent is split by its targetingKey, with revision and bucket', () => {
  expect(evaluateFlag(aTableOf(ramping(10_000), 7), key, body({ targetingKey: 'conv-1' }))).toEqual({
    status: 200,
    etag: null,
    body: {
      key,
      value: '2.4.0',
      reason: 'SPLIT',
      variant: 'candidate',
      metadata: { epoch: 1, rev: 7, bucket: 0xf3448ee6 % 10_000 },
    },
  })
})

test.each([{}, { targetingKey: '' }, { targetingKey: null }, { email: 'a@b' }])(
  'without a unit, as in %j, the stable is served and nothing is drawn',
  (context) => {
    expect(evaluateFlag(aTableOf(ramping(10_000)), key, body(context)).body).toEqual({
      key,
      value: '2.3.3',
      reason: 'STATIC',
      variant: 'stable',
      metadata: { epoch: 1, rev: 1 },
    })
  },
)

test('a request without a context is one with an empty context', () => {
  expect(evaluateFlag(aTableOf(ramping(10_000)), key, {})).toMatchObject({
    status: 200,
    body: { value: '2.3.3' },
  })
})

test('a pinned conversation stays, and leaves a version that was revoked under it', () => {
  const pinned = body({ targetingKey: 'c', pin: '2.4.0' })
  const revoked = (mode: 'next_turn' | 'abort') =>
    aTableOf(ramping(0, { revoked: { '2.4.0': { mode, reason: 'errors', since: 1 } } }))
  expect(evaluateFlag(aTableOf(ramping(0)), key, pinned).body).toMatchObject({
    value: '2.4.0',
    reason: 'TARGETING_MATCH',
    variant: 'candidate',
  })
  expect(evaluateFlag(revoked('next_turn'), key, pinned).body).toMatchObject({
    value: '2.3.3',
    variant: 'stable',
  })
  expect(
    evaluateFlag(revoked('next_turn'), key, body({ pin: '2.4.0', turnBoundary: false })).body,
  ).toMatchObject({ value: '2.4.0' })
  expect(evaluateFlag(revoked('abort'), key, pinned).body).toMatchObject({
    value: '2.3.3',
    metadata: { abort: true },
  })
})

test.each([
  ['agent.other.version'],
  ['agent.constructor.version'],
  ['agent..version'],
  ['capability.support-agent.reads'],
  ['capability.support-agent'],
  ['capability.other.writes'],
  ['something'],
  [''],
])('the key %j is not found, in the shape that providers understand', (missing) => {
  const table = aTableOf(ramping(0, { capabilities: denyWrites }))
  expect(evaluateFlag(table, missing, body())).toEqual({
    status: 404,
    etag: null,
    body: { key: missing, errorCode: 'FLAG_NOT_FOUND', errorDetails: expect.any(String) },
  })
})

test('an agent without a version that may run is not found, so that the caller serves its own default', () => {
  expect(evaluateFlag(aTableOf({ stable: null }), key, body()).status).toBe(404)
  const locked = { stable: '2.3.3', revoked: { '2.3.3': { mode: 'finish', reason: '', since: 1 } as const } }
  expect(evaluateFlag(aTableOf(locked), key, body()).status).toBe(404)
})

test('without a table a version is the caller’s default and every capability is off', () => {
  expect(evaluateFlag(null, key, body()).body).toMatchObject({ errorCode: 'FLAG_NOT_FOUND' })
  expect(evaluateFlag(null, 'capability.support-agent.writes', body())).toMatchObject({
    status: 200,
    body: { value: false, reason: 'UNKNOWN' },
  })
})

test.each([
  [undefined, 'PARSE_ERROR'],
  [null, 'PARSE_ERROR'],
  ['text', 'PARSE_ERROR'],
  [[], 'PARSE_ERROR'],
  [{ context: 'text' }, 'INVALID_CONTEXT'],
  [{ context: [] }, 'INVALID_CONTEXT'],
  [body({ targetingKey: 7 }), 'INVALID_CONTEXT'],
  [body({ pin: { version: '1' } }), 'INVALID_CONTEXT'],
  [body({ turnBoundary: 'yes' }), 'INVALID_CONTEXT'],
])('the request %j is a 400 with key, code and details', (request, errorCode) => {
  expect(evaluateFlag(aTableOf(ramping(0)), key, request)).toEqual({
    status: 400,
    etag: null,
    body: { key, errorCode, errorDetails: expect.any(String) },
  })
  expect(evaluateAll(aTableOf(ramping(0)), request)).toMatchObject({ status: 400, body: { errorCode } })
})

const capability = (state: 'allow' | 'deny') => ({ state, onUnknown: 'deny', since: 1 }) as const

test('a capability is true when allowed; its name may hold colons and dots, as the agent’s may', () => {
  const table = aTable(1, {
    agents: {
      'billing.eu-1': { stable: null, capabilities: { 'tool:refund.v2': capability('allow') } },
      'support-agent': { stable: '2.3.3', capabilities: { writes: capability('deny') } },
    },
  })
  expect(evaluateFlag(table, 'capability.billing.eu-1.tool:refund.v2', body()).body).toEqual({
    key: 'capability.billing.eu-1.tool:refund.v2',
    value: true,
    reason: 'STATIC',
    variant: 'allow',
    metadata: { epoch: 1, rev: 1 },
  })
  expect(evaluateFlag(table, 'capability.support-agent.writes', body()).body).toMatchObject({
    value: false,
    variant: 'deny',
  })
})

test('where one key fits two agents, a deny of either holds', () => {
  const table = aTable(1, {
    agents: {
      a: { stable: null, capabilities: { 'b.writes': capability('deny') } },
      'a.b': { stable: null, capabilities: { writes: capability('allow') } },
    },
  })
  expect(evaluateFlag(table, 'capability.a.b.writes', body()).body).toMatchObject({ value: false })
})

test('an agent’s name may hold dots', () => {
  const table = aTable(1, { agents: { 'a.version': { stable: '1.0.0' } } })
  expect(evaluateFlag(table, versionFlagKey('a.version'), body()).body).toMatchObject({ value: '1.0.0' })
})

test('bulk answers every flag as it is answered alone', () => {
  const table = aTableOf(ramping(5_000, { capabilities: { ...denyWrites, search: capability('allow') } }))
  const request = body({ targetingKey: 'c' })
  const { status, body: all } = evaluateAll(table, request)
  expect(status).toBe(200)
  expect(all).toEqual({
    flags: [key, 'capability.support-agent.writes', 'capability.support-agent.search'].map(
      (each) => evaluateFlag(table, each, request).body,
    ),
  })
})

test('the bulk ETag changes with the revision, the scope and the context, and nothing else', () => {
  const table = aTableOf(ramping(5_000))
  const etag = (of = table, context = {}) => evaluateAll(of, body(context)).etag ?? ''
  expect(etag()).toMatch(/^"[0-9a-f]{32}"$/)
  expect(etag()).toBe(etag(aTable(1, { ...table, issuedAt: 'later' })))
  expect(etag(table, { targetingKey: 'c' })).not.toBe(etag())
  expect(etag(table, { targetingKey: 'c' })).not.toBe(etag(table, { pin: 'c' }))
  expect(etag(aTableOf(ramping(5_000), 2))).not.toBe(etag())
  expect(etag(aTable(1, { agents: {} }))).not.toBe(etag())
  expect(etag(table, { targetingKey: '\ud800' })).not.toBe('')
})

test('a bulk request that names the ETag is answered 304 without a body', () => {
  const table = aTableOf(ramping(5_000))
  const etag = evaluateAll(table, body()).etag ?? ''
  for (const ifNoneMatch of [etag, `W/${etag}`, `"other", ${etag}`]) {
    expect(evaluateAll(table, body(), { ifNoneMatch })).toEqual({ status: 304, body: null, etag })
  }
  expect(evaluateAll(table, body({ targetingKey: 'c' }), { ifNoneMatch: etag }).status).toBe(200)
})

test('without a table a bulk request fails rather than wipe what the client holds', () => {
  expect(evaluateAll(null, body())).toMatchObject({ status: 500, body: { errorCode: 'GENERAL' } })
})
