import { policyActor, systemActor } from '#lib/domain/actor.ts'
import type { Check } from '#lib/domain/decision/check.ts'
import { type Decision } from '#lib/domain/decision/decide.ts'
import { buildTable } from '#lib/routing/build.ts'
import type { RoutingTable } from '#lib/routing/table.ts'
import { evaluateRollout } from '#lib/services/rollout/evaluate.ts'
import { startRollout } from '#lib/services/rollout/start.ts'
import type { Rollout as RolloutRow } from '#lib/store/generated/client.ts'
import { readRoutingFacts } from '#lib/store/routing.ts'
import { noon } from './builders.ts'
import type { TestDatabase } from './database.ts'
import { anAgentIn, openInstallation, valueOf } from './installation.ts'
import { arrivesAt, playedBody, type PlayedRun } from './playedRuns.ts'
import { startTraceDoor, type TestTraceDoor } from './traceDoor.ts'

/**
 * Rollouts on the real path: OTLP at the door, runs, observations, checks, decisions. The test says what time it is, so
 * that ten minutes take no longer than what is done in them.
 */
export interface Passages {
  readonly house: TestDatabase
  readonly door: TestTraceDoor
  /** Begins the rollout of 2.4.0 beside 2.3.3 for an agent of its own, `before` which these runs came. */
  begin(agent: string, options?: PassageOptions): Promise<Passage>
  close(): Promise<void>
}

export interface PassageOptions {
  /** What the document says besides the versions. */
  readonly document?: Readonly<Record<string, unknown>>
  readonly triggers?: Readonly<Record<string, unknown>>
  /** When it begins, in seconds after noon; default 0. */
  readonly atS?: number
  /** Runs that came before; a negative start. */
  readonly before?: readonly PlayedRun[]
}

/** What one look came to, and how the rollout stands after it. */
export interface Seen {
  readonly check: Check
  readonly decision: Decision
  readonly because: string
  readonly rollout: RolloutRow
}

/** One rollout; moments are seconds since it began. */
export interface Passage {
  readonly agent: string
  readonly rolloutId: string
  /** The clock of the door, and of whoever looks. */
  at(seconds: number): Date
  /** Has these runs sent when they arrive. */
  send(runs: readonly PlayedRun[]): void
  /** Lets time pass, looks each so many seconds (default 10), and answers what was seen at the end, or at the stop. */
  playUntil(seconds: number, everyS?: number): Promise<Seen>
  /** Lets time pass without a look. */
  passUntil(seconds: number): Promise<void>
  /** Every check so far. */
  checks(): Promise<readonly Check[]>
}

/** Exporters send what ended each so often, seconds. */
const batchS = 5
const countedMs = 300
/** Where nobody looks, what came is counted each so often, seconds. */
const countedS = 60

export async function openPassages(): Promise<Passages> {
  const house = await openInstallation()
  let now = noon
  let table: RoutingTable | null = null
  const door = await startTraceDoor(house.db, { clock: () => now, table: () => table })
  const setNow = (at: Date) => {
    now = at
  }
  return {
    house,
    door,
    async begin(agent, options = {}) {
      await anAgentIn(house.db, { agent })
      table = buildTable(await readRoutingFacts(house.db), 'test')
      return await beginPassage({ house, door, setNow }, agent, options)
    },
    async close() {
      await door.close()
      await house.drop()
    },
  }
}

interface Parts {
  readonly house: TestDatabase
  readonly door: TestTraceDoor
  readonly setNow: (at: Date) => void
}

async function beginPassage(
  { house: { db }, door, setNow }: Parts,
  agent: string,
  { document, triggers = { error_rate: 0.05 }, atS = 0, before = [] }: PassageOptions,
): Promise<Passage> {
  const zeroMs = noon.getTime() + atS * 1000
  const at = (seconds: number) => new Date(zeroMs + seconds * 1000)
  let waiting: PlayedRun[] = [...before]
  let batchedS = Math.min(0, ...before.map(arrivesAt))

  async function passUntil(seconds: number): Promise<void> {
    let isCounted = true
    while (batchedS < seconds) {
      batchedS = Math.min(seconds, (Math.floor(batchedS / batchS + 1e-9) + 1) * batchS)
      const here = waiting.filter((run) => arrivesAt(run) <= batchedS)
      if (here.length > 0) {
        waiting = waiting.filter((run) => arrivesAt(run) > batchedS)
        setNow(at(batchedS))
        await post(door.url, playedBody(agent, here, zeroMs))
        isCounted = false
      }
      if (isCounted || (batchedS % countedS !== 0 && Math.abs(batchedS) > countedS)) continue
      setNow(at(batchedS))
      await door.countAt(countedMs)
      isCounted = true
    }
    setNow(at(seconds))
    await door.countAt(countedMs)
  }

  await passUntil(0)
  const json = {
    rollback: { stable_version: `${agent}@2.3.3`, candidate_version: `${agent}@2.4.0`, triggers },
    stages: [
      { name: 'half', weight_percent: 50, hold: '30m' },
      { name: 'full', weight_percent: 100 },
    ],
    ...document,
  }
  const started = await startRollout({ agent, document: { json } }, systemActor, { db, now: at(0) })
  const { rolloutId } = valueOf(started)

  async function look(seconds: number): Promise<Seen> {
    const now = new Date(at(seconds).getTime() + countedMs)
    valueOf(await evaluateRollout({ rolloutId }, policyActor, { db, now }))
    const row = await db.decision.findFirstOrThrow({ where: { rolloutId }, orderBy: { number: 'desc' } })
    const rollout = await db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })
    const { check, decision } = row as unknown as Pick<Seen, 'check' | 'decision'>
    return { check, decision, because: row.because, rollout }
  }

  return {
    agent,
    rolloutId,
    at,
    send(runs) {
      waiting.push(...runs)
    },
    passUntil,
    async playUntil(seconds, everyS = 10) {
      for (;;) {
        const next = Math.min(seconds, batchedS + everyS)
        await passUntil(next)
        await door.joinAt(countedMs)
        const seen = await look(next)
        if (next >= seconds || seen.decision.outcome === 'stop') return seen
      }
    },
    async checks() {
      const rows = await db.decision.findMany({ where: { rolloutId }, orderBy: { number: 'asc' } })
      return rows.map(({ check }) => check as unknown as Check)
    },
  }
}

/** The edge may refuse single spans: it names them, and the answer is 200 all the same. */
async function post(url: string, body: string): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body })
  if (answer.status !== 200) throw new Error(`The door answered ${answer.status}: ${await answer.text()}`)
  await answer.text()
}

/** The counts of a metric over all checks: of the limit, or of cohorts of first or later runs. */
export function countedIn(
  checks: readonly Check[],
  metric: string,
  use: 'limit' | 'versus' | 'later' = 'versus',
): { candidate: [number, number]; stable: [number, number] } {
  const sum = { candidate: [0, 0] as [number, number], stable: [0, 0] as [number, number] }
  const parts = checks.flatMap((check) => {
    if (use === 'limit') return [check.limits]
    return check.cohorts.filter(({ turn }) => (use === 'versus') === (turn === 0)).map(({ counts }) => counts)
  })
  for (const counts of parts) {
    for (const side of ['candidate', 'stable'] as const) {
      const [bad, of] = counts[metric]?.[side] ?? [0, 0]
      sum[side] = [sum[side][0] + bad, sum[side][1] + of]
    }
  }
  return sum
}
