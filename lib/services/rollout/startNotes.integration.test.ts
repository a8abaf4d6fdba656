import { afterAll, beforeAll, expect, test } from 'vitest'
import { readNotesFor } from '#lib/views/startNotes.ts'
import { absenceNotes } from '#lib/domain/absence.ts'
import { readCarried } from '#lib/store/carried.ts'
import type { NewRun } from '#lib/store/newRuns.ts'
import { after, aPolicy, anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { anAgentIn, openInstallation, valueOf } from '#lib/testing/installation.ts'
import { giveRuns } from '#lib/testing/runs.ts'
import { startRollout } from './start.ts'

/** What the answer of a start says of limits that have no data. It is told, and nothing is refused. */

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())

const documentOf = (agent: string) => `
rollback:
  stable_version: ${agent}@2.3.3
  candidate_version: ${agent}@2.4.0
  triggers:
    error_rate: 0.05
    tool_failure_rate: 0.03
    cost_per_run_usd: 0.08`

/** Runs of the stable in the minute before the start, and what the start says. */
async function notesOf(agent: string, runs: Partial<NewRun>, version = '2.3.3', count = 300) {
  const { db } = house
  await anAgentIn(db, { agent })
  await giveRuns(db, agent, version, after(-60), count, runs)
  const document = { yaml: documentOf(agent) }
  return valueOf(await startRollout({ agent, document }, anActor(), { db, now: after(0) })).notes
}

const whole: Partial<NewRun> = { costUsd: 0.02, toolCalls: 2, conversationId: 'c-1' }

test('nothing where every limit has data', async () => {
  expect(await notesOf('whole-agent', whole)).toEqual([])
})

test('a cost limit without any cost, and a tool limit without any tool call', async () => {
  expect(await notesOf('bare-agent', { costUsd: null, toolCalls: 0, conversationId: 'c-1' })).toEqual([
    'no run of bare-agent has called a tool in the last day; send the spans of its tool calls or drop the limit',
    'no run of bare-agent has carried a cost in the last day; add prices or drop the limit',
  ])
})

test('runs without a conversation', async () => {
  expect(await notesOf('lone-agent', { ...whole, conversationId: null })).toEqual([
    '300 of 300 runs of the last day of lone-agent came without a conversation; add gen_ai.conversation.id to the span of the run',
  ])
})

test('of a busy agent, what the newest thousand say', async () => {
  expect(await notesOf('busy-agent', { ...whole, costUsd: null }, '2.3.3', 1_200)).toEqual([
    'none of the newest 1,000 runs of busy-agent has carried a cost; add prices or drop the limit',
  ])
})

test('scores, attributes and tools that the runs have, and those that they lack', async () => {
  const { db } = house
  const agent = 'scored-agent'
  const tools = [{ name: 'refund', calls: 2, failures: 0 }]
  await notesOf(agent, { ...whole, tools, attributes: { 'app.outcome': 'solved' } }, '2.3.3', 3)
  const run = await db.run.findFirstOrThrow({ where: { agent } })
  const score = {
    id: 'sc-1',
    agent,
    agents: [],
    traceId: run.traceId,
    spanId: run.spanId,
    responseId: null,
    conversationId: null,
    name: 'helpful',
    value: 0.9,
    label: null,
    at: after(-50),
    receivedAt: after(-40),
    source: 'api',
    lookAt: after(-40),
  }
  await db.score.create({ data: { ...score, runTraceId: run.traceId, runSpanId: run.spanId } })
  const carried = await readCarried(db, agent, '2.3.3', after(0))
  expect(carried).toMatchObject({
    runs: 3,
    isAll: true,
    tools: { refund: 3 },
    attributes: { 'app.outcome': 3 },
    scores: { helpful: 1 },
  })
  const policy = {
    triggers: [],
    scores: [{ name: 'helpful' }, { name: 'polite' }],
    feedback: { max: 0.2 },
    tools: [{ name: 'refund' }, { name: 'constructor' }],
    shares: [
      { name: 'escalated', attribute: 'app.outcome' },
      { name: 'tier', attribute: 'app.tier' },
    ],
  }
  expect(absenceNotes(agent, policy, carried)).toEqual([
    'no run of scored-agent has had the score polite in the last day; send it to POST /v1/scores or drop the limit',
    'no run of scored-agent has had feedback in the last day; send it to POST /v1/scores or drop the limit',
    'no run of scored-agent has called the tool constructor in the last day; check the name of the tool or drop the limit',
    'no run of scored-agent has carried the attribute app.tier in the last day; set it on the span of the run or drop the limit',
  ])
})

test('the same before the start, on the page, and nothing for somebody who may not see the agent', async () => {
  const agent = 'page-agent'
  await notesOf(agent, { ...whole, costUsd: null })
  const policy = aPolicy({ triggers: [{ metric: 'cost_per_run_usd', limit: 0.08, action: 'rollback' }] })
  const given = { agent, stable: '2.3.3', policy }
  expect(await readNotesFor(given, anActor(), after(0), house.db)).toEqual([
    'no run of page-agent has carried a cost in the last day; add prices or drop the limit',
  ])
  const stranger = anActor({ capabilities: [] })
  expect(await readNotesFor(given, stranger, after(0), house.db)).toEqual([])
})
