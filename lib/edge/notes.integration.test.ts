import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { EdgeNoteKind } from '#lib/domain/edgeNote.ts'
import { readEdgeNotes } from '#lib/store/edgeNotes.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { startTestEdge, type TestEdge } from '#lib/testing/edge.ts'
import { anAgentIn, openInstallation } from '#lib/testing/installation.ts'
import { otlpBody } from '#lib/testing/otlpRuns.ts'
import { aToken } from '#lib/testing/token.ts'

/** What did not become a run is written down with its reason, so that whoever connects an agent can be told. */

let house: TestDatabase
let edge: TestEdge
let token: string
let onlyAsks: string

beforeAll(async () => {
  house = await openInstallation()
  await anAgentIn(house.db)
  await anAgentIn(house.db, { agent: 'sales-agent' })
  token = (await aToken(house.db, ['telemetry', 'evaluate'], ['support-agent'])).token
  onlyAsks = (await aToken(house.db, ['evaluate'])).token
  edge = await startTestEdge(house.url)
  await edge.hasTable()
})
afterAll(async () => {
  await edge.stop()
  await house.drop()
})

async function send(body: unknown, secret = token, type = 'application/json'): Promise<void> {
  const headers = { authorization: `Bearer ${secret}`, 'content-type': type }
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  await (await fetch(`${edge.url}/v1/traces`, { method: 'POST', headers, body: text })).text()
}

async function expectNote(kind: EdgeNoteKind, agent: string | null, detail = ''): Promise<void> {
  await vi.waitFor(
    async () => {
      const found = await readEdgeNotes(house.db, new Date(0))
      const note = found.find((each) => each.kind === kind && each.agent === agent)
      expect(note, kind).toBeDefined()
      expect(note?.detail).toContain(detail)
    },
    { timeout: 60_000, interval: 50 },
  )
}

const aRun = (agent: string, version = '2.3.3') => otlpBody([{ agent, version }], Date.now())

test('a token that is none of ours, or that lacks the scope', async () => {
  await send(aRun('support-agent'), 'swb_wrong')
  await expectNote('token_unknown', null)
  await send(aRun('support-agent'), onlyAsks)
  await expectNote('scope_missing', null, 'telemetry')
})

test('a run of an agent that nobody registered, or for which the token is not', async () => {
  await send(aRun('sales-agent'))
  await expectNote('agent_foreign', 'sales-agent')
  const forAll = (await aToken(house.db, ['telemetry'])).token
  await send(aRun('suport-agent'), forAll)
  await expectNote('agent_unknown', 'suport-agent')
})

test('what is no OTLP, a clock that is wrong, and spans without a run', async () => {
  await send('{"resourceSpans": 1}')
  await expectNote('unreadable', null, 'resourceSpans')
  await send(otlpBody([{ agent: 'support-agent', version: '2.3.3' }], Date.now() - 48 * 3_600_000))
  await expectNote('spans_refused', null, 'endTimeUnixNano')
  const now = `${Date.now()}000000`
  const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'GET /', kind: 2 }
  const plain = { ...span, startTimeUnixNano: now, endTimeUnixNano: now }
  await send({ resourceSpans: [{ scopeSpans: [{ spans: [plain] }] }] })
  await expectNote('no_run', null)
})

test('who asks for a version is noted, and one that is counted leaves no note', async () => {
  const ask = async (agent: string) =>
    await fetch(`${edge.url}/ofrep/v1/evaluate/flags/agent.${agent}.version`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ context: { targetingKey: 'c-1' } }),
    })
  expect((await ask('support-agent')).status).toBe(200)
  expect((await ask('nobody')).status).toBe(404)
  await expectNote('asked', 'support-agent')
  const before = await readEdgeNotes(house.db, new Date(0))
  expect(before.some((note) => note.agent === 'nobody')).toBe(false)
  await send(aRun('support-agent'))
  await vi.waitFor(async () => expect(await house.db.run.count()).toBe(1), { timeout: 60_000, interval: 50 })
  expect(await readEdgeNotes(house.db, new Date(0))).toEqual(before)
})

test('the same again is counted once more, and after an absence from one', async () => {
  const countOf = async () =>
    (await readEdgeNotes(house.db, new Date(0))).find((note) => note.kind === 'token_unknown')?.count
  const before = (await countOf()) ?? 0
  await send(aRun('support-agent'), 'swb_wrong')
  await vi.waitFor(async () => expect(await countOf()).toBe(before + 1), { timeout: 60_000, interval: 50 })
  await house.db.edgeNote.updateMany({ data: { lastAt: new Date(Date.now() - 3_600_000), count: 40 } })
  await send(aRun('support-agent'), 'swb_wrong')
  await vi.waitFor(async () => expect(await countOf()).toBe(1), { timeout: 60_000, interval: 50 })
})
