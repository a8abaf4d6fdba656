import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Scope, scopes } from '#lib/domain/actor.ts'
import { createToken } from '#lib/services/token/create.ts'
import { revokeToken } from '#lib/services/token/revoke.ts'
import { anActor } from './builders.ts'
import type { TestDatabase } from './database.ts'
import { type Door, doors, welcome } from './doors.ts'
import { startTestEdge, type TestEdge } from './edge.ts'
import { type GrpcCaller, grpcCaller } from './grpcCaller.ts'
import { anAgentIn, aRolloutIn, openInstallation, valueOf } from './installation.ts'
import { ask } from './machine.ts'
import { aToken } from './token.ts'

/** Every door for machines, asked by everybody: nobody gets in without the one scope that it names. */

const scopeNames = Object.keys(scopes) as Scope[]
const held = new Map<string, string>()
let house: TestDatabase
let edge: TestEdge
let caller: GrpcCaller
let rolloutId: string

beforeAll(async () => {
  house = await openInstallation()
  process.env['DATABASE_URL'] = house.url
  const { db } = house
  await anAgentIn(db)
  rolloutId = await aRolloutIn(db, 'support-agent')
  for (const scope of scopeNames) held.set(scope, (await aToken(db, [scope])).token)
  const revoked = await aToken(db, scopeNames)
  valueOf(await revokeToken({ tokenId: revoked.id }, anActor(), { db }))
  const past = { name: 'old', agents: ['*'], scopes: scopeNames, expiresAt: new Date(Date.now() - 1_000) }
  const then = new Date(Date.now() - 60_000)
  held.set('revoked', revoked.token)
  held.set('expired', valueOf(await createToken(past, anActor(), { db, now: then })).token)
  held.set('wrong', `swb_${'0'.repeat(40)}`)
  edge = await startTestEdge(house.url)
  await edge.hasTable()
  caller = grpcCaller(`127.0.0.1:${edge.grpcPort}`)
})
afterAll(async () => {
  caller.close()
  await edge.stop()
  await house.drop()
})

const urlOf = ({ path }: Door) =>
  path
    .replace('{agent}', 'support-agent')
    .replace('{id}', rolloutId)
    .replace('{key}', 'agent.support-agent.version')

/** The status that the door answers with; the rest of a stream is not waited for. */
async function knock(door: Door, token: string | undefined): Promise<number> {
  const url = urlOf(door)
  if (door.kind === 'grpc') {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const said = await caller.call(url, Buffer.from('nonsense'), headers)
    return httpStatusOf[said.status] ?? 400
  }
  // What is sent is worth nothing, so that whoever gets in changes nothing.
  const body = door.method === 'GET' ? {} : { body: { nonsense: true } }
  if (door.kind === 'route') return (await ask(door.method, url, { token, ...body })).status
  const abort = new AbortController()
  const headers = {
    'content-type': 'application/json',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  }
  const sent = door.method === 'GET' ? {} : { body: '[]' }
  const answer = await fetch(`${edge.url}${url}`, {
    method: door.method,
    headers,
    signal: abort.signal,
    ...sent,
  })
  abort.abort()
  return answer.status
}

const httpStatusOf: Readonly<Record<string, number>> = { UNAUTHENTICATED: 401, PERMISSION_DENIED: 403 }

const forMachines = doors.filter(
  (door) =>
    door.kind === 'edge' ||
    door.kind === 'grpc' ||
    (door.kind === 'route' && door.path.startsWith('/api/v1/')),
)

const isOpen = (door: Door) => 'open' in door.key
const rows = (some: readonly Door[]) => some.map((door) => [door.method, door.path, door] as const)

test.each(rows(forMachines.filter(isOpen)))('%s %s is open to all', async (_method, _path, door) => {
  for (const asker of [undefined, 'wrong']) expect(await knock(door, held.get(asker ?? '')), asker).toBe(200)
})

describe.each(rows(forMachines.filter((door) => !isOpen(door))))('%s %s', (_method, _path, door) => {
  test('lets in nobody without a good token', async () => {
    for (const asker of ['nobody', 'wrong', 'revoked', 'expired']) {
      expect(await knock(door, held.get(asker)), asker).toBe(401)
    }
  })

  test('lets in the scope that it names, and no other', async () => {
    for (const scope of scopeNames) {
      const status = await knock(door, held.get(scope))
      if (welcome(door, { with: 'a token', scope }) === 'forbidden') expect(status, scope).toBe(403)
      else expect([401, 403], scope).not.toContain(status)
    }
  })
})

describe('a token for one agent', () => {
  test('neither sees nor touches another', async () => {
    const { db } = house
    await anAgentIn(db, { agent: 'other-agent' })
    const { token } = await aToken(db, ['read', 'deploy', 'operate'], ['other-agent'])
    const agent = '/api/v1/agents/support-agent'
    const asked = await Promise.all([
      ask('GET', agent, { token }),
      ask('PUT', agent, { token, body: { displayName: 'Mine' } }),
      ask('POST', `${agent}/versions`, { token, body: { version: '9', manifest: { prompt: 'x' } } }),
      ask('PUT', `${agent}/stable`, { token, body: { version: '2.4.0', reason: 'mine' } }),
      ask('POST', `${agent}/rollouts`, { token, body: {} }),
      ask('GET', `/api/v1/rollouts/${rolloutId}`, { token }),
      ask('POST', `/api/v1/rollouts/${rolloutId}/rollback`, { token, body: {} }),
      ask('POST', `/api/v1/rollouts/${rolloutId}/pause`, { token, body: {} }),
      ask('POST', `/api/v1/rollouts/${rolloutId}/promote`, { token, body: { reason: 'mine' } }),
      ask('GET', '/api/v1/audit?agent=support-agent', { token }),
    ])
    expect(asked.map((answer) => answer.status)).toEqual(asked.map(() => 403))
    const all = await ask('GET', '/api/v1/audit', { token })
    const agents = all.text
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { agent: string }).agent)
    expect(new Set(agents)).toEqual(new Set(['other-agent']))
    expect(await db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })).toMatchObject({
      phase: 'progressing',
    })
    // Who was turned away is on the record.
    expect(
      await db.auditEntry.count({ where: { outcome: 'refused', reason: 'forbidden' } }),
    ).toBeGreaterThanOrEqual(6)
  })
})
