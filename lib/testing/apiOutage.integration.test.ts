import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestDatabase } from './database.ts'
import { anAgentIn, openInstallation } from './installation.ts'
import { ask } from './machine.ts'
import { startTcpProxy, type TcpProxy } from './tcpProxy.ts'
import { aToken } from './token.ts'

/** The doors of machines while the database is gone: a problem that asks to come back, and nothing half done. */

let house: TestDatabase
let network: TcpProxy
let token: string

beforeAll(async () => {
  house = await openInstallation()
  network = await startTcpProxy(house.url)
  process.env['DATABASE_URL'] = network.url
  token = (await aToken(house.db, ['read', 'deploy'])).token
  await anAgentIn(house.db)
})
afterAll(async () => {
  await network.close()
  await house.drop()
})

test('it is 503 with a time to come back, and as before once the database is there again', async () => {
  const agent = '/api/v1/agents/support-agent'
  expect((await ask('GET', agent, { token })).status).toBe(200)
  network.cut()
  for (const [method, given] of [
    ['GET', {}],
    ['PUT', { body: { displayName: 'Support' } }],
  ] as const) {
    const answer = await ask(method, agent, { token, ...given })
    expect(answer.status).toBe(503)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(answer.json).toMatchObject({ type: 'urn:switchback:problem:unavailable' })
    expect(answer.text).not.toContain('127.0.0.1')
  }
  expect((await ask('GET', '/api/health')).json).toEqual({
    status: 'down',
    database: 'unreachable',
    guard: 'unknown',
    edge: 'unknown',
  })
  network.mend()
  expect((await ask('PUT', agent, { token, body: { displayName: 'Support' } })).status).toBe(200)
})
