import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { policyActor } from '#lib/domain/actor.ts'
import { routes } from '#lib/services/api/routes.ts'
import { evaluateRollout } from '#lib/services/rollout/evaluate.ts'
import { beat } from '#lib/store/heartbeats.ts'
import type { TestDatabase } from './database.ts'
import { documentOf, giveObservations, openInstallation, valueOf } from './installation.ts'
import { ask, type MachineAnswer, type MachineRequest } from './machine.ts'
import { aToken } from './token.ts'

/** What the doors of machines really answer is what the API's description says of them. */

let house: TestDatabase
let token: string
const heard = new Set<string>()

beforeAll(async () => {
  house = await openInstallation()
  process.env['DATABASE_URL'] = house.url
  token = (await aToken(house.db, ['read', 'deploy', 'operate'])).token
})
afterAll(() => house.drop())

type JsonSchema = { properties?: Record<string, JsonSchema>; items?: JsonSchema; anyOf?: JsonSchema[] }

/** The keys of a value that its schema does not speak of. */
function undescribed(schema: JsonSchema, value: unknown, path = ''): string[] {
  if (schema.anyOf) {
    const found = schema.anyOf.map((each) => undescribed(each, value, path))
    return found.sort((a, b) => a.length - b.length)[0] ?? []
  }
  if (Array.isArray(value)) {
    return value.flatMap((item) => (schema.items ? undescribed(schema.items, item, `${path}[]`) : []))
  }
  if (typeof value !== 'object' || value === null) return []
  const { properties } = schema
  // Without properties it is a record of anything; a null branch knows no keys.
  if (!properties) return 'additionalProperties' in schema ? [] : Object.keys(value)
  return Object.entries(value).flatMap(([key, inner]) => {
    const known = properties[key]
    return known ? undescribed(known, inner, `${path}.${key}`) : [`${path}.${key}`]
  })
}

/** Asks, and holds the answer against the description of the call that has this path and method. */
async function call(
  method: string,
  url: string,
  status: number,
  given: MachineRequest = {},
): Promise<MachineAnswer> {
  const { pathname } = new URL(url, 'http://panel.test')
  const described = routes
    .filter((route) => route.method.toUpperCase() === method)
    .find((route) => new RegExp(`^${route.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(pathname))
  if (!described) throw new Error(`${method} ${pathname} is not described`)
  const answer = await ask(method, url, { token, ...given })
  expect(answer.status, answer.text).toBe(status)

  const response = described.responses.find((each) => each.status === status)
  if (!response?.schema) throw new Error(`${described.name} is not described to answer ${status}`)
  expect(answer.headers.get('content-type')).toBe(response.contentType ?? 'application/json')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const schema = z.toJSONSchema(response.schema, { io: 'output' }) as JsonSchema
  const isLines = response.contentType === 'application/x-ndjson'
  const bodies = isLines
    ? answer.text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as unknown)
    : [answer.json]
  expect(bodies.length).toBeGreaterThan(0)
  for (const body of bodies) {
    const parsed = response.schema.safeParse(body)
    expect(parsed.error?.issues ?? [], `${described.name} ${status}`).toEqual([])
    if (described.name !== 'readDescription') expect(undescribed(schema, body), described.name).toEqual([])
  }
  heard.add(described.name)
  return answer
}

test(
  'every call answers as it is described, through a whole release and its rollback',
  { timeout: 40_000 },
  async () => {
    const { db } = house
    await call('GET', '/api/v1/openapi.json', 200, { token: undefined })
    await call('GET', '/api/health', 503)
    for (const kind of ['guard', 'edge'] as const) {
      const now = new Date()
      await beat(db, { kind, instance: `${kind}-1`, startedAt: now, at: now, facts: {} })
    }
    expect((await call('GET', '/api/health', 200)).json).toEqual({
      status: 'ok',
      database: 'ok',
      guard: 'ok',
      edge: 'ok',
    })

    const agent = '/api/v1/agents/support-agent'
    await call('PUT', agent, 201, { body: { displayName: 'Support' } })
    await call('PUT', agent, 200, { body: { alerts: { channel: 'on-call' } } })
    for (const version of ['2.3.3', '2.4.0']) {
      const body = { version, manifest: { prompt: `You are ${version}` } }
      await call('POST', `${agent}/versions`, 201, { body })
      await call('POST', `${agent}/versions`, 200, { body })
      await call('POST', `${agent}/versions`, 409, { body: { version, manifest: { prompt: 'another' } } })
    }
    const stable = await call('PUT', `${agent}/stable`, 200, {
      body: { version: '2.3.3', reason: 'since May' },
    })
    expect(stable.json).toMatchObject({ agent: 'support-agent', stable: '2.3.3' })
    await call('PUT', `${agent}/stable`, 409, { body: { version: '2.4.0', reason: 'since today' } })

    const headers = { 'content-type': 'application/yaml', 'idempotency-key': 'release-7' }
    const document = documentOf('support-agent', '2.4.0', '  disable_writes_on_rollback: true')
    const started = await call('POST', `${agent}/rollouts`, 201, { body: document, headers })
    const again = await call('POST', `${agent}/rollouts`, 201, { body: document, headers })
    const { id, notes } = started.json as { id: string; notes: string[] }
    expect(again.json).toMatchObject({ id })
    expect(notes.join(' ')).toContain('error_rate')
    await call('POST', `${agent}/rollouts`, 409, {
      body: document,
      headers: { 'content-type': 'application/yaml' },
    })
    await call('POST', `${agent}/rollouts`, 400, {
      body: 'x',
      headers: { 'content-type': 'application/yaml' },
    })
    await call('POST', `${agent}/rollouts`, 415, { body: 'x', headers: { 'content-type': 'text/plain' } })

    const rollout = `/api/v1/rollouts/${id}`
    expect((await call('GET', rollout, 200)).json).toMatchObject({
      id,
      stable: 'support-agent@2.3.3',
      candidate: 'support-agent@2.4.0',
      phase: 'progressing',
      stage: 'canary',
      weightPercent: 5,
      decision: null,
      candidateLocked: false,
      switchStatus: null,
      recovery: null,
    })
    await giveObservations(db, 'support-agent', new Date(), { '2.3.3': { runs: 19 }, '2.4.0': { runs: 1 } })
    valueOf(await evaluateRollout({ rolloutId: id }, policyActor, { db }))
    expect((await call('GET', rollout, 200)).json).toMatchObject({ decision: { outcome: 'hold' } })

    expect((await call('POST', `${rollout}/pause`, 200)).json).toMatchObject({ phase: 'paused' })
    await call('POST', `${rollout}/promote`, 409, { body: {} })
    expect((await call('POST', `${rollout}/resume`, 200)).json).toMatchObject({ phase: 'progressing' })
    await call('POST', `${rollout}/promote`, 409, { body: { seenVersion: 0 } })
    expect((await call('POST', `${rollout}/promote`, 200)).json).toMatchObject({
      stage: 'quarter',
      weightPercent: 25,
    })

    const brake = { headers: { 'idempotency-key': 'brake' } }
    const first = await call('POST', `${rollout}/rollback`, 200, { body: { reason: 'it lies' }, ...brake })
    expect(first.json).toMatchObject({
      phase: 'rolled_back',
      alreadyRolledBack: false,
      candidateLocked: true,
      switchStatus: 'requested',
      recovery: 'verifying',
      weightPercent: 0,
    })
    const second = await call('POST', `${rollout}/rollback`, 200, { body: {} })
    expect(second.json).toMatchObject({ alreadyRolledBack: true, switchStatus: 'requested', suppressed: 1 })
    await call('POST', `${rollout}/resume`, 409)
    // The pipeline runs again: nothing was started, and it is told how its rollout ended.
    const ended = await call('POST', `${agent}/rollouts`, 200, { body: document, headers })
    expect(ended.json).toMatchObject({ id, phase: 'rolled_back', candidateLocked: true })

    expect((await call('GET', agent, 200)).json).toMatchObject({
      rollout: null,
      versions: [
        { version: '2.4.0', locked: true, lock: { reason: 'manual' } },
        { version: '2.3.3', locked: false },
      ],
      capabilities: [{ name: 'writes', state: 'deny' }],
    })
    const refund = await call('POST', `${agent}/capabilities/tool:refund`, 200, { body: { state: 'deny' } })
    expect(refund.json).toMatchObject({ agent: 'support-agent', name: 'tool:refund', alreadyDenied: false })
    await call('POST', `${agent}/capabilities/tool:refund`, 400, { body: { state: 'allow' } })
    await call('POST', `${agent}/capabilities/everything`, 400, { body: { state: 'deny' } })
    const all = await call('POST', '/api/v1/capabilities/agent', 200, { body: { state: 'deny' } })
    expect(all.json).toMatchObject({ agent: '*', name: 'agent', state: 'deny' })
    expect((await call('GET', agent, 200)).json).toMatchObject({
      capabilities: ['agent', 'tool:refund', 'writes'].map((name) => ({ name, state: 'deny' })),
    })
    await call('GET', '/api/v1/audit', 200)
    await call('GET', '/api/v1/audit?agent=support-agent&after=1&limit=2', 200)
    await call('GET', '/api/v1/audit?limit=0', 400)
    for (const { method, path, scope } of routes) {
      if (scope === null) continue
      const url = path.replace('{agent}', 'support-agent').replace('{id}', id).replace('{name}', 'writes')
      await call(method.toUpperCase(), url, 401, { token: 'swb_0' })
      await call(method.toUpperCase(), url, 403, { token: (await aToken(db, ['evaluate'])).token })
    }
    expect([...heard].sort()).toEqual(routes.map((route) => route.name).sort())
  },
)
