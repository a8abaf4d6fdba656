import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { RoutingTable } from '#lib/routing/table.ts'
import { putAgent } from '#lib/services/agent/put.ts'
import { rollBack } from '#lib/services/rollout/rollBack.ts'
import { revokeToken } from '#lib/services/token/revoke.ts'
import { readHead } from '#lib/store/routing.ts'
import { anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { startTestEdge, type TestEdge } from '#lib/testing/edge.ts'
import { hearStream } from '#lib/testing/eventStream.ts'
import { anAgentIn, aRolloutIn, openInstallation, valueOf } from '#lib/testing/installation.ts'
import { startTcpProxy, type TcpProxy } from '#lib/testing/tcpProxy.ts'
import { aToken } from '#lib/testing/token.ts'
import { edgeGrants } from './grants.ts'
import { openEdgeDatabase } from './start.ts'

/** What an edge says of the routing table, as long as the database is there and after. */

let house: TestDatabase
let network: TcpProxy
let edge: TestEdge
let token: string
let bearer: Record<string, string>

beforeAll(async () => {
  house = await openInstallation()
  network = await startTcpProxy(house.url)
  for (const agent of ['support-agent', 'sales-agent']) await anAgentIn(house.db, { agent })
  token = (await aToken(house.db, ['evaluate'])).token
  bearer = { authorization: `Bearer ${token}` }
  edge = await startTestEdge(network.url)
  await edge.hasTable()
})
afterAll(async () => {
  await edge.stop()
  await network.close()
  await house.drop()
})

/** Any change of what is ordered. */
const change = async () => {
  const agent = `agent-${Math.random().toString(36).slice(2, 8)}`
  valueOf(await putAgent({ agent }, anActor(), { db: house.db }))
  return agent
}
const headOf = async () => {
  const head = await readHead(house.db)
  if (!head) throw new Error('Nothing was ordered')
  return head
}
const follows = async () => {
  const { epoch, rev } = await headOf()
  await vi.waitFor(async () => expect(await tableOf()).toMatchObject({ epoch, rev }), soon)
}
const tableOf = async (headers = bearer) =>
  (await (await fetch(`${edge.url}/v1/table`, { headers })).json()) as RoutingTable
const soon = { timeout: 60_000, interval: 20 }

async function askFlag(key: string, context: object, headers = bearer) {
  const answer = await fetch(`${edge.url}/ofrep/v1/evaluate/flags/${key}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ context }),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

describe('the stream', () => {
  test('begins with the whole table, and gives the whole table at each change, within a second', async () => {
    const stream = await hearStream(`${edge.url}/v1/stream`, bearer)
    const first = await stream.next()
    expect(first.event).toBe('table')
    expect((first.data as RoutingTable).agents['support-agent']?.stable).toBe('2.3.3')
    const before = await headOf()
    expect(first.id).toBe(`${before.epoch}.${before.rev}`)

    const began = performance.now()
    const agent = await change()
    const second = await stream.next('table')
    expect(performance.now() - began).toBeLessThan(1_000)
    expect((second.data as RoutingTable).rev).toBe(before.rev + 1)
    expect(Object.keys((second.data as RoutingTable).agents)).toContain(agent)
    stream.close()
  })

  test('tells one who holds the head that it is current, and one who is ahead that this edge is behind', async () => {
    await follows()
    const { epoch, rev } = await headOf()
    const current = await hearStream(`${edge.url}/v1/stream`, {
      ...bearer,
      'last-event-id': `${epoch}.${rev}`,
    })
    expect(await current.next()).toMatchObject({ event: 'current', data: { epoch, rev } })
    const ahead = await hearStream(`${edge.url}/v1/stream`, {
      ...bearer,
      'last-event-id': `${epoch}.${rev + 7}`,
    })
    expect(await ahead.next()).toMatchObject({ event: 'behind', data: { epoch, rev } })
    const behind = await hearStream(`${edge.url}/v1/stream`, {
      ...bearer,
      'last-event-id': `${epoch}.${rev - 1}`,
    })
    expect(await behind.next()).toMatchObject({ event: 'table', id: `${epoch}.${rev}` })
    for (const stream of [current, ahead, behind]) stream.close()
  })

  test(
    'gives a sign of life with the head, and ends within five seconds when its token is revoked',
    { timeout: 180_000 },
    async () => {
      const { id, token: secret } = await aToken(house.db, ['evaluate'], ['sales-agent'])
      const stream = await hearStream(`${edge.url}/v1/stream`, { authorization: `Bearer ${secret}` })
      const table = (await stream.next('table')).data as RoutingTable
      expect(Object.keys(table.agents)).toEqual(['sales-agent'])
      const { rev } = await headOf()
      expect(await stream.next('hb')).toMatchObject({ data: { rev, now: expect.any(String) } })
      valueOf(await revokeToken({ tokenId: id }, anActor(), { db: house.db }))
      const revokedAt = performance.now()
      await stream.ended()
      expect(performance.now() - revokedAt).toBeLessThan(5_000)
    },
  )

  test('ends within five seconds when its token expires', { timeout: 180_000 }, async () => {
    const { id, token: secret } = await aToken(house.db, ['evaluate'], ['sales-agent'])
    const endsAt = Date.now() + 1_000
    await house.db.apiToken.update({ where: { id }, data: { expiresAt: new Date(endsAt) } })
    const stream = await hearStream(`${edge.url}/v1/stream`, { authorization: `Bearer ${secret}` })
    await stream.next('table')
    await stream.ended()
    expect(Date.now() - endsAt).toBeLessThan(5_000)
  })
})

describe('a table that is asked for', () => {
  test('has its revision as ETag, and is not sent again to one who holds it', async () => {
    await follows()
    const { epoch, rev } = await headOf()
    const answer = await fetch(`${edge.url}/v1/table`, { headers: bearer })
    const etag = answer.headers.get('etag') ?? ''
    expect(etag).toBe(`"${epoch}.${rev}"`)
    const again = await fetch(`${edge.url}/v1/table`, { headers: { ...bearer, 'if-none-match': etag } })
    expect({ status: again.status, body: await again.text() }).toEqual({ status: 304, body: '' })
  })
})

describe('OFREP', () => {
  test('answers one flag from the same table, alike for one conversation', async () => {
    const asked = await Promise.all(
      [1, 2, 3].map(() => askFlag('agent.support-agent.version', { targetingKey: 'c' })),
    )
    for (const answer of asked) {
      expect(answer).toMatchObject({
        status: 200,
        body: { value: '2.3.3', variant: 'stable', reason: 'STATIC' },
      })
    }
    expect(await askFlag('agent.nobody.version', { targetingKey: 'c' })).toMatchObject({
      status: 404,
      body: { errorCode: 'FLAG_NOT_FOUND', key: 'agent.nobody.version' },
    })
  })

  test('answers all flags at once, with an ETag', async () => {
    const url = `${edge.url}/ofrep/v1/evaluate/flags`
    const ask = (headers = {}) =>
      fetch(url, {
        method: 'POST',
        headers: { ...bearer, 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ context: { targetingKey: 'c' } }),
      })
    const first = await ask()
    const { flags } = (await first.json()) as { flags: { key: string; value: unknown }[] }
    expect(flags).toContainEqual(
      expect.objectContaining({ key: 'agent.sales-agent.version', value: '2.3.3', reason: 'STATIC' }),
    )
    expect((await ask({ 'if-none-match': first.headers.get('etag') ?? '' })).status).toBe(304)
  })

  test.each([
    ['no JSON', 'version please', 400, 'PARSE_ERROR'],
    ['a context that is a list', '{"context": []}', 400, 'INVALID_CONTEXT'],
    ['a key that is a number', '{"context": {"targetingKey": 7}}', 400, 'INVALID_CONTEXT'],
    ['a body of 100 kB', `{"context": {"targetingKey": "${'x'.repeat(100_000)}"}}`, 413, 'PARSE_ERROR'],
  ])('says in its own words what cannot be read: %s', async (_name, body, status, errorCode) => {
    const headers = { ...bearer, 'content-type': 'application/json' }
    const url = `${edge.url}/ofrep/v1/evaluate/flags/agent.support-agent.version`
    const answer = await fetch(url, { method: 'POST', headers, body })
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ errorCode })
  })

  test('a token sees its own agents only', async () => {
    const sales = await aToken(house.db, ['evaluate'], ['sales-agent'])
    const headers = { authorization: `Bearer ${sales.token}` }
    expect((await askFlag('agent.sales-agent.version', { targetingKey: 'c' }, headers)).status).toBe(200)
    expect((await askFlag('agent.support-agent.version', { targetingKey: 'c' }, headers)).status).toBe(404)
  })
})

describe.each([
  ['gone', () => network.cut()],
  ['silent', () => network.freeze()],
])('while the database is %s', (_why, breakIt) => {
  beforeEach(async () => {
    await follows()
    // A token that this edge has seen is one that it knows.
    expect((await askFlag('agent.support-agent.version', { targetingKey: 'c' })).status).toBe(200)
    breakIt()
  })
  afterEach(async () => {
    network.mend()
    await vi.waitFor(
      async () => {
        await change()
        await follows()
      },
      { timeout: 60_000, interval: 50 },
    )
  })

  test(
    'it keeps answering from its last good table, at once, long after its tokens were last looked up',
    { timeout: 40_000 },
    async () => {
      const held = await tableOf()
      const until = performance.now() + 5_500
      let slowestMs = 0
      await vi.waitFor(
        async () => {
          const began = performance.now()
          const answer = await askFlag('agent.support-agent.version', { targetingKey: 'c' })
          slowestMs = Math.max(slowestMs, performance.now() - began)
          expect(answer).toMatchObject({ status: 200, body: { value: '2.3.3' } })
          expect(performance.now()).toBeGreaterThan(until)
        },
        { timeout: 60_000, interval: 50 },
      )
      expect(slowestMs).toBeLessThan(1_000)
      expect(await tableOf()).toEqual(held)
      const health = await fetch(`${edge.url}/healthz`)
      expect(health.status).toBe(200)
      expect(((await health.json()) as { confirmedMsAgo: number }).confirmedMsAgo).toBeGreaterThan(3_000)
    },
  )

  test(
    'it tells somebody whom it has never seen to come back, and lets nobody in',
    { timeout: 180_000 },
    async () => {
      const headers = { authorization: `Bearer swb_${'1'.repeat(40)}` }
      const answer = await fetch(`${edge.url}/v1/table`, { headers })
      expect(answer.status).toBe(503)
      expect(answer.headers.get('retry-after')).toBe('1')
    },
  )
})

test(
  'restarted without a database, it answers from its disk, for the tokens that it knew',
  { timeout: 180_000 },
  async () => {
    await follows()
    const held = await tableOf()
    const nowhere = new URL(house.url)
    nowhere.port = '1'
    await edge.restart(nowhere.toString())
    expect(await tableOf()).toEqual(held)
    expect(await askFlag('agent.support-agent.version', { targetingKey: 'c' })).toMatchObject({
      status: 200,
      body: { value: '2.3.3' },
    })
    const stream = await hearStream(`${edge.url}/v1/stream`, bearer)
    expect(await stream.next()).toMatchObject({ event: 'table', data: { rev: held.rev } })
    stream.close()
    await edge.restart(network.url)
    await follows()
  },
)

test('a restart ends a token that was revoked while it was down', async () => {
  const { id, token: secret } = await aToken(house.db, ['evaluate'])
  const headers = { authorization: `Bearer ${secret}` }
  expect((await askFlag('agent.support-agent.version', {}, headers)).status).toBe(200)
  valueOf(await revokeToken({ tokenId: id }, anActor(), { db: house.db }))
  await edge.restart()
  expect((await askFlag('agent.support-agent.version', {}, headers)).status).toBe(401)
})

test('a revoked token is refused within five seconds, and good ones stay good', async () => {
  const db = openEdgeDatabase(house.url)
  let now = Date.now()
  const grants = edgeGrants({
    db,
    file: join(edge.folder, 'grants-test.json'),
    log: pino({ level: 'silent' }),
    now: () => now,
  })
  const { id, token: secret } = await aToken(house.db, ['evaluate'])
  expect(await grants.find(secret)).toMatchObject({ scopes: ['evaluate'] })
  valueOf(await revokeToken({ tokenId: id }, anActor(), { db: house.db }))
  now += 5_000
  expect(await grants.find(secret)).toBeNull()
  expect(await grants.find(token)).toMatchObject({ scopes: ['evaluate'] })
  await db.$disconnect()
})

test('a token ends on time though the database is away', async () => {
  const db = openEdgeDatabase(house.url)
  const { id, token: secret } = await aToken(house.db, ['evaluate'])
  const endsAt = Date.now() + 60_000
  await house.db.apiToken.update({ where: { id }, data: { expiresAt: new Date(endsAt) } })
  let now = Date.now()
  const file = join(edge.folder, 'grants-expiry.json')
  const parts = { file, log: pino({ level: 'silent' }), now: () => now }
  expect(await edgeGrants({ ...parts, db }).find(secret)).toMatchObject({ scopes: ['evaluate'] })
  await db.$disconnect()
  // Nobody listens there: what it knows is what it kept on disk.
  const away = openEdgeDatabase('postgres://nobody@127.0.0.1:1/none')
  const restarted = edgeGrants({ ...parts, db: away })
  expect(await restarted.find(secret)).toMatchObject({ scopes: ['evaluate'] })
  now = endsAt
  expect(await restarted.find(secret)).toBeNull()
  await away.$disconnect()
})

describe('a locked version gets no traffic', () => {
  test(
    'not from an edge whose database goes back to an older table, nor after its restart',
    { timeout: 180_000 },
    async () => {
      const { db } = house
      const agent = await anAgentIn(db, { agent: 'restored-agent' })
      const rolloutId = await aRolloutIn(db, agent, new Date())
      await follows()
      const older = await tableOf()
      expect(older.agents[agent]?.rollout).toMatchObject({ candidate: '2.4.0' })
      valueOf(await rollBack({ rolloutId }, anActor(), { db }))
      await follows()
      const newer = await tableOf()
      expect(newer.agents[agent]?.rollout).toBeUndefined()

      // A backup from before the rollback is restored: same epoch, older revision, and the candidate is back in it.
      const { epoch, rev } = await headOf()
      await house.owner((client) => client.query('UPDATE routing_head SET rev = $1', [older.rev]))
      await db.lock.deleteMany({ where: { agent } })
      await db.rollout.update({ where: { id: rolloutId }, data: { liveKey: agent, weightBp: 10_000 } })
      await house.owner((client) =>
        client.query(`SELECT pg_notify('switchback_routing', '${epoch}.${older.rev}')`),
      )
      const looked = async () => {
        const health = (await (await fetch(`${edge.url}/healthz`)).json()) as { table: string }
        expect(health.table).toBe(`${epoch}.${rev}`)
        const answer = await askFlag(`agent.${agent}.version`, { targetingKey: 'c' })
        expect(answer.body).toMatchObject({ value: '2.3.3', variant: 'stable' })
      }
      // Longer than it takes to look at the head again.
      const until = performance.now() + 1_500
      await vi.waitFor(async () => {
        await looked()
        expect(performance.now()).toBeGreaterThan(until)
      }, soon)
      await edge.restart()
      await looked()
      const stream = await hearStream(`${edge.url}/v1/stream`, {
        ...bearer,
        'last-event-id': `${epoch}.${older.rev}`,
      })
      expect(await stream.next()).toMatchObject({ event: 'table', data: { rev } })
      stream.close()
      await house.owner((client) => client.query('UPDATE routing_head SET rev = $1', [rev]))
      await db.rollout.update({ where: { id: rolloutId }, data: { liveKey: null, weightBp: 0 } })
      await change()
    },
  )

  test('a table on disk that was changed by hand is not used', { timeout: 180_000 }, async () => {
    await follows()
    const held = await tableOf()
    const file = join(edge.folder, 'table-0.json')
    const nowhere = new URL(house.url)
    nowhere.port = '1'
    await edge.restart(nowhere.toString())
    const kept = JSON.parse(readFileSync(file, 'utf8')) as RoutingTable
    expect(kept).toEqual(held)
    const forged = { ...kept, agents: { ...kept.agents, 'support-agent': { stable: '6.6.6' } } }
    writeFileSync(file, JSON.stringify(forged))
    await edge.restart(nowhere.toString())
    expect((await fetch(`${edge.url}/v1/table`, { headers: bearer })).status).toBe(503)
    expect((await askFlag('agent.support-agent.version', {})).status).toBe(404)
    await edge.restart(network.url)
    await follows()
  })
})
