import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { problemSchema } from '#lib/services/api/schemas.ts'
import { lockKey } from '#lib/store/rollouts.ts'
import { noon } from './builders.ts'
import type { TestDatabase } from './database.ts'
import { anAgentIn, aRolloutIn, documentOf, openInstallation } from './installation.ts'
import { ask, type MachineRequest } from './machine.ts'
import { rowCounts } from './record.ts'
import { aToken } from './token.ts'

/** Bad input at the doors of machines: told precisely, and nothing of it is stored. */

let house: TestDatabase
let token: string
const agent = 'support-agent'

beforeAll(async () => {
  house = await openInstallation()
  process.env['DATABASE_URL'] = house.url
  token = (await aToken(house.db, ['read', 'deploy', 'operate'])).token
  await anAgentIn(house.db, { agent })
})
afterAll(() => house.drop())

interface Fault {
  path: string
  given: unknown
  expected: string
  line?: number
}

/** Asks, expects a problem of this status, and that no row was written but what the record says of the refusal. */
async function refusedAs(status: number, method: string, url: string, given: MachineRequest) {
  const before = await rowCounts(house.db)
  const answer = await ask(method, url, { token, ...given })
  expect({ status: answer.status, text: answer.text }).toMatchObject({ status })
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  const problem = problemSchema.parse(answer.json)
  expect(problem.status).toBe(status)

  const after = await rowCounts(house.db)
  const written = (after['audit_entry'] ?? 0) - (before['audit_entry'] ?? 0)
  expect({ ...after, audit_entry: 0, audit_chain: 0 }).toEqual({ ...before, audit_entry: 0, audit_chain: 0 })
  const lines = await house.db.auditEntry.findMany({ orderBy: { position: 'desc' }, take: written })
  expect(lines.every((line) => line.outcome === 'refused')).toBe(true)
  return { type: problem.type, detail: problem.detail, errors: (problem.errors ?? []) as Fault[] }
}

const yaml = (body: string): MachineRequest => ({ body, headers: { 'content-type': 'application/yaml' } })
const rollouts = `/api/v1/agents/${agent}/rollouts`
const good = documentOf(agent)

describe('the document of a rollout', () => {
  test('with a tab says which line, and to use spaces', async () => {
    const { errors } = await refusedAs(
      400,
      'POST',
      rollouts,
      yaml(good.replace('  stable_version', '\tstable_version')),
    )
    expect(errors[0]).toMatchObject({ line: 3, expected: expect.stringMatching(/space/i) })
  })

  test.each([
    ['a score of 7', 'scores: { helpful: 7 }', 'scores.helpful', 7],
    ['a score that is no number', 'scores: { helpful: .nan }', 'scores.helpful', 'NaN'],
    [
      'a metric name that is no name',
      'scores: { "Very Helpful": 0.7 }',
      'scores["Very Helpful"]',
      'Very Helpful',
    ],
    ['a share that cannot be', 'feedback: { max: 1.5 }', 'feedback.max', 1.5],
  ])(
    'with %s names the line, the key, what was given and what was expected',
    async (_, line, path, given) => {
      const { errors } = await refusedAs(400, 'POST', rollouts, yaml(`${good.trimEnd()}\n${line}\n`))
      expect(errors).toEqual([
        { path, given, expected: expect.any(String), line: good.trimEnd().split('\n').length + 1 },
      ])
    },
  )

  test('with an unknown key names the key, its line, and the one that was meant', async () => {
    const { errors } = await refusedAs(
      400,
      'POST',
      rollouts,
      yaml(good.replace('latency_p95_ms', 'latency_p95')),
    )
    expect(errors).toEqual([
      {
        path: 'rollback.triggers.latency_p95',
        given: 1800,
        expected: expect.stringContaining('latency_p95_ms'),
        line: 7,
      },
    ])
  })

  test('with a rate of 5 says what a rate is', async () => {
    const { errors } = await refusedAs(400, 'POST', rollouts, yaml(good.replace('0.05', '5')))
    expect(errors).toEqual([
      { path: 'rollback.triggers.error_rate_p95', given: 5, expected: expect.stringMatching(/1/), line: 6 },
    ])
  })

  test('with the stable as its candidate is refused', async () => {
    const { errors } = await refusedAs(400, 'POST', rollouts, yaml(documentOf(agent, '2.3.3')))
    expect(errors[0]).toMatchObject({ path: 'rollback.candidate_version', given: `${agent}@2.3.3`, line: 4 })
  })

  test('for another agent than the address names is refused', async () => {
    const { errors } = await refusedAs(400, 'POST', rollouts, yaml(documentOf('sales-agent')))
    expect(errors[0]).toMatchObject({ path: 'rollback.stable_version', expected: `a version of ${agent}` })
  })

  test('is refused while its stable is locked: there would be no way back', async () => {
    const { db } = house
    await anAgentIn(db, { agent: 'locked-agent' })
    const key = { agent_name: { agent: 'locked-agent', name: '2.3.3' } }
    const { digest } = await db.version.findUniqueOrThrow({ where: key })
    await db.lock.create({
      data: {
        id: 'lk_1',
        agent: 'locked-agent',
        digest,
        versionName: '2.3.3',
        reason: 'manual',
        sessionMode: 'next_turn',
        sinceRev: 1n,
        lockedAt: noon,
        lockedBy: 'Mira',
        holdsKey: lockKey('locked-agent', digest),
      },
    })
    const document = yaml(documentOf('locked-agent'))
    const { type, detail } = await refusedAs(409, 'POST', '/api/v1/agents/locked-agent/rollouts', document)
    expect(type).toBe('urn:switchback:problem:not_now')
    expect(detail).toBe('The stable version 2.3.3 is locked; there would be no way back')
  })

  test('is refused while the agent has a rollout, and names that one', async () => {
    await anAgentIn(house.db, { agent: 'busy-agent' })
    const live = await aRolloutIn(house.db, 'busy-agent')
    const document = yaml(documentOf('busy-agent'))
    const { type, detail } = await refusedAs(409, 'POST', '/api/v1/agents/busy-agent/rollouts', document)
    expect(type).toBe('urn:switchback:problem:not_now')
    expect(detail).toContain(live)
  })

  test('for an agent that is not there is 404', async () => {
    const document = yaml(documentOf('nobody-agent'))
    await refusedAs(404, 'POST', '/api/v1/agents/nobody-agent/rollouts', document)
  })

  test('of an unregistered version is refused by name', async () => {
    const { detail } = await refusedAs(409, 'POST', rollouts, yaml(documentOf(agent, '9.9.9')))
    expect(detail).toContain('9.9.9 is not registered')
  })

  test('in JSON is read alike: a fault has a path, and no line', async () => {
    const body = {
      rollback: {
        stable_version: `${agent}@2.3.3`,
        candidate_version: `${agent}@2.4.0`,
        triggers: { tool_failure_rate: 5 },
      },
    }
    const { errors } = await refusedAs(400, 'POST', rollouts, { body })
    expect(errors).toEqual([
      { path: 'rollback.triggers.tool_failure_rate', given: 5, expected: expect.any(String) },
    ])
  })

  test.each([
    ['nothing', ''],
    ['a list', '- a'],
    ['two documents', `${good}\n---\n${good}`],
    ['an alias', 'a: &x 1\nb: *x'],
    ['a key twice', `${good}\n${good}`],
  ])('that is %s is refused with what was expected', async (_name, text) => {
    const { errors } = await refusedAs(400, 'POST', rollouts, yaml(text))
    expect(errors.length).toBeGreaterThan(0)
    for (const error of errors) expect(error.expected).not.toBe('')
  })
})

describe('a body', () => {
  const doors = [
    ['PUT', `/api/v1/agents/${agent}`],
    ['POST', `/api/v1/agents/${agent}/versions`],
    ['PUT', `/api/v1/agents/${agent}/stable`],
    ['POST', rollouts],
    ['POST', '/api/v1/rollouts/ro_1/pause'],
  ] as const

  test.each(doors)('of 1.1 MiB is refused with 413: %s %s', async (method, url) => {
    const body = JSON.stringify({ displayName: 'x'.repeat(1.1 * 1024 * 1024) })
    const headers = { 'content-type': 'application/json' }
    const { type } = await refusedAs(413, method, url, { body, headers })
    expect(type).toBe('urn:switchback:problem:too_large')
  })

  test.each(doors)(
    'of another content type is refused with 415, and says what is read: %s %s',
    async (method, url) => {
      const { errors } = await refusedAs(415, method, url, {
        body: 'a=1',
        headers: { 'content-type': 'text/plain' },
      })
      expect(errors).toEqual([
        { path: 'Content-Type', given: 'text/plain', expected: expect.stringContaining('application/json') },
      ])
    },
  )

  test.each(doors)('that is no JSON is refused with 400: %s %s', async (method, url) => {
    const headers = { 'content-type': 'application/json' }
    for (const body of ['{"displayName": ', '[]', '"text"', '7', 'null']) {
      const { detail } = await refusedAs(400, method, url, { body, headers })
      expect(detail).toMatch(/JSON|object/)
    }
    const latin = new Uint8Array([0x7b, 0x22, 0xe9, 0x22, 0x7d])
    await refusedAs(400, method, url, { body: latin, headers })
  })

  test.each(doors)('with a key that nobody knows is refused, and names it: %s %s', async (method, url) => {
    const { errors } = await refusedAs(400, method, url, { body: { nonsense: true } })
    expect(errors.map((error) => error.path)).toContain('nonsense')
  })
})

describe('a version', () => {
  const versions = `/api/v1/agents/${agent}/versions`

  test('that is registered again with another manifest is refused with 409; with the same it is 200', async () => {
    const body = { version: '2.4.0', manifest: { prompt: 'You are 2.4.0', model: 'm-1' } }
    const again = await ask('POST', versions, { token, body })
    expect(again.status).toBe(200)
    const other = { ...body, manifest: { ...body.manifest, prompt: 'You are somebody else' } }
    const { type, detail } = await refusedAs(409, 'POST', versions, { body: other })
    expect(type).toBe('urn:switchback:problem:exists')
    expect(detail).toContain(`${agent}@2.4.0`)
    expect(detail).toContain((again.json as { digest: string }).digest)
  })

  test.each([
    ['no name', { manifest: { prompt: 'x' } }, 'version'],
    ['a name with a space', { version: '2 4', manifest: { prompt: 'x' } }, 'version'],
    ['no manifest', { version: '3.0.0' }, 'manifest'],
    ['a manifest that is text', { version: '3.0.0', manifest: 'x' }, 'manifest'],
    ['an empty manifest', { version: '3.0.0', manifest: {} }, 'manifest'],
  ])('with %s is refused by field', async (_name, body, path) => {
    const { errors } = await refusedAs(400, 'POST', versions, { body })
    expect(errors[0]).toMatchObject({ path })
  })

  test('of an agent that is not there is 404', async () => {
    const body = { version: '1', manifest: { prompt: 'x' } }
    await refusedAs(404, 'POST', '/api/v1/agents/nobody-agent/versions', { body })
  })
})

describe('an agent', () => {
  test.each(['Support Agent', 'UPPER', 'a'.repeat(64), '-x', '../x'])('cannot be called %s', async (name) => {
    const { errors } = await refusedAs(400, 'PUT', `/api/v1/agents/${encodeURIComponent(name)}`, { body: {} })
    expect(errors).toEqual([{ path: 'agent', given: name, expected: expect.stringContaining('lower-case') }])
  })

  test('with a stable cannot adopt another', async () => {
    const body = { version: '2.4.0', reason: 'it is better' }
    const { type } = await refusedAs(409, 'PUT', `/api/v1/agents/${agent}/stable`, { body })
    expect(type).toBe('urn:switchback:problem:exists')
  })

  test('that is not there is 404, and so is a rollout', async () => {
    await refusedAs(404, 'GET', '/api/v1/agents/nobody-agent', {})
    await refusedAs(404, 'GET', '/api/v1/rollouts/ro_nothing', {})
    for (const verb of ['rollback', 'pause', 'resume', 'promote']) {
      await refusedAs(404, 'POST', `/api/v1/rollouts/ro_nothing/${verb}`, { body: {} })
    }
  })
})

describe('a query of the record', () => {
  test.each([
    ['limit=0', 'limit'],
    ['limit=5001', 'limit'],
    ['limit=ten', 'limit'],
    ['after=-1', 'after'],
    ['after=x', 'after'],
    ['agnet=support-agent', 'agnet'],
  ])('with %s is refused by name', async (query, path) => {
    const { errors } = await refusedAs(400, 'GET', `/api/v1/audit?${query}`, {})
    expect(errors.map((error) => error.path)).toEqual([path])
  })
})

test('an Idempotency-Key of 201 characters is refused', async () => {
  const headers = { 'idempotency-key': 'k'.repeat(201) }
  const { errors } = await refusedAs(400, 'PUT', `/api/v1/agents/${agent}`, { body: {}, headers })
  expect(errors[0]).toMatchObject({ path: 'Idempotency-Key', given: '201 characters' })
})
