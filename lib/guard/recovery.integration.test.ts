import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { offMessenger } from '#lib/drivers/messenger/off.ts'
import { rollBack } from '#lib/services/rollout/rollBack.ts'
import { anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { startTestEdge, type TestEdge } from '#lib/testing/edge.ts'
import { startTestGuard } from '#lib/testing/guard.ts'
import { anAgentIn, aRolloutIn, openInstallation, valueOf } from '#lib/testing/installation.ts'
import { postRuns, type SentRun } from '#lib/testing/otlpRuns.ts'
import { aToken } from '#lib/testing/token.ts'

/** A recovery from an exporter's spans to the guard's verdict: real edge, real guard, real time. */

let house: TestDatabase
let edge: TestEdge
let token: string
beforeAll(async () => {
  house = await openInstallation()
  for (const agent of ['ending-agent', 'leaking-agent']) await anAgentIn(house.db, { agent })
  token = (await aToken(house.db, ['telemetry'])).token
  edge = await startTestEdge(house.url)
  await edge.hasTable()
})
afterAll(async () => {
  await edge.stop()
  await house.drop()
})

const extra = `  stability_window: 10s
  recovery_runs_min: 20`

/** Sends what `sent` says twice a second, until the test is over. */
function keepSending(sent: () => readonly SentRun[]): void {
  let under = Promise.resolve()
  const timer = setInterval(() => {
    under = under.then(() => postRuns({ edgeUrl: edge.url, token }, sent())).catch(() => undefined)
  }, 500)
  onTestFinished(async () => {
    clearInterval(timer)
    await under
  })
}

async function aRollback(agent: string, candidateLatencyMs: (rolledBackAt: number) => number) {
  const { db } = house
  const rolloutId = await aRolloutIn(db, agent, new Date(), extra)
  const { incidentId } = valueOf(await rollBack({ rolloutId }, anActor(), { db }))
  const rolledBackAt = Date.now()
  const healthy: SentRun = { agent, version: '2.3.3' }
  keepSending(() => [
    ...Array.from({ length: 3 }, () => healthy),
    { agent, version: '2.4.0', latencyMs: candidateLatencyMs(rolledBackAt) },
  ])
  return { rolloutId, read: () => db.incident.findUniqueOrThrow({ where: { id: incidentId ?? '' } }) }
}

test(
  'runs that were under way when traffic went back do not speak against the recovery; new ones do',
  { timeout: 180_000 },
  async () => {
    const guard = await startTestGuard(house.url, { messenger: offMessenger() })
    onTestFinished(() => guard.stop())
    // Every one of them began five seconds before the rollback, and goes on ending after it.
    const ending = await aRollback('ending-agent', (at) => Date.now() - at + 5_000)
    const leaking = await aRollback('leaking-agent', () => 250)
    const soon = { timeout: 60_000, interval: 100 }
    await vi.waitFor(async () => expect((await leaking.read()).recovery).not.toBe('verifying'), soon)
    await vi.waitFor(async () => expect((await ending.read()).recovery).not.toBe('verifying'), soon)
    expect(await ending.read()).toMatchObject({ recovery: 'recovered', measuredAt: expect.any(Date) })
    expect(await leaking.read()).toMatchObject({
      recovery: 'not_recovered',
      recoveryBecause: expect.stringContaining('began on the candidate after the switch was in force'),
      measuredAt: null,
    })
  },
)
