import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestDatabase } from '#lib/testing/database.ts'
import { anAgentIn, openInstallation } from '#lib/testing/installation.ts'
import { type Recording, recordings, replayed, spansIn, type TrueRun } from '#lib/testing/recording.ts'
import { startTraceDoor, type TestTraceDoor } from '#lib/testing/traceDoor.ts'

/**
 * What the real packages sent (lib/testing/recording.ts), through the real door into a real PostgreSQL, with the runs
 * counted after each request.
 */

let house: TestDatabase
let door: TestTraceDoor

const all = recordings()

beforeAll(async () => {
  house = await openInstallation()
  const agents = new Set(all.flatMap(({ truth }) => truth.map(({ agent }) => agent)))
  for (const agent of agents) await anAgentIn(house.db, { agent })
  door = await startTraceDoor(house.db)
})
afterAll(async () => {
  await door.close()
  await house.drop()
})

const secondMs = 1_000
const hourMs = 3_600_000

test.each([...Map.groupBy(all, ({ framework }) => framework)])('%s', async (_, recorded) => {
  for (const recording of recorded) await send(recording)
  await door.countAt(hourMs)
  const counted = await Promise.all(recorded.map(runsIn))
  expect(counted).toEqual(
    recorded.map((recording) => sorted((recording.known ?? recording.truth).map(figures))),
  )
})

async function send(recording: Recording): Promise<void> {
  for (const { traces } of replayed(recording, Date.now() - 60 * secondMs)) {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(door.url, { method: 'POST', headers, body: JSON.stringify(traces) })
    expect([answer.status, await answer.text()]).toEqual([200, '{}'])
    await door.countAt(secondMs)
  }
}

async function runsIn({ requests, truth }: Recording) {
  const traceIds = new Set(requests.flatMap(({ traces }) => spansIn(traces)).map(({ traceId }) => traceId))
  const rows = await house.db.run.findMany({ where: { traceId: { in: [...traceIds] }, foldedInto: null } })
  const isNamed = truth.every(({ conversationId }) => conversationId !== null)
  return sorted(
    rows.map((row) => ({
      agent: row.agent,
      version: row.version,
      conversationId: isNamed ? row.conversationId : null,
      failed: row.failed,
      cancelled: row.cancelled,
      toolCalls: row.toolCalls,
      toolFailures: row.toolFailures,
      inputTokens: row.inputTokens,
      outputTokens: row.outputTokens,
    })),
  )
}

function figures(run: TrueRun) {
  const { agent, version, conversationId, failed, cancelled, inputTokens, outputTokens } = run
  const sum = (at: 0 | 1) => Object.values(run.tools).reduce((total, tool) => total + tool[at], 0)
  const tools = { toolCalls: sum(0), toolFailures: sum(1) }
  return { agent, version, conversationId, failed, cancelled, ...tools, inputTokens, outputTokens }
}

function sorted<Value>(list: readonly Value[]): Value[] {
  return list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}
