import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { emptyTally } from '#lib/domain/tally.ts'
import { pauseRollout } from '#lib/services/rollout/pause.ts'
import { rollBack } from '#lib/services/rollout/rollBack.ts'
import { after, anActor, noon } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { anAgentIn, aRolloutIn, openInstallation, valueOf } from '#lib/testing/installation.ts'
import { readAgent } from './agent.ts'
import { readAgents } from './agents.ts'
import { parseAuditFilter, readAudit, readAuditChoices } from './audit.ts'
import { everyIncident, readIncidents } from './incidents.ts'
import { readNow } from './now.ts'
import { readShell } from './shell.ts'
import { readStart } from './start.ts'

let installation: TestDatabase
const everyone = anActor()
const onlyMail = anActor({ agents: ['mail-agent'] })
const names = (view: { agents: readonly { agent: string }[] }) => view.agents.map((each) => each.agent)

beforeAll(async () => {
  installation = await openInstallation()
  const { db } = installation
  await anAgentIn(db, { agent: 'support-agent' })
  await anAgentIn(db, { agent: 'mail-agent' })
  await anAgentIn(db, { agent: 'sql-agent', versions: [] })
  const stopped = await aRolloutIn(db, 'support-agent')
  const moving = await aRolloutIn(db, 'mail-agent')
  const at = { db, now: after(60) }
  valueOf(await rollBack({ rolloutId: stopped, reason: 'odd replies' }, everyone, at))
  valueOf(await pauseRollout({ rolloutId: moving }, everyone, at))
  const tally = (runs: number) => ({ ...emptyTally, runs })
  await db.bucket.createMany({
    data: [
      { agent: 'mail-agent', version: '2.3.3', startAt: after(50), writer: 'w', tally: tally(95) },
      { agent: 'mail-agent', version: '2.4.0', startAt: after(50), writer: 'w', tally: tally(5) },
      // Too old to be the share of now.
      { agent: 'mail-agent', version: '2.4.0', startAt: after(-600), writer: 'w', tally: tally(900) },
    ],
  })
})
afterAll(() => installation.drop())

describe('Now', () => {
  test('what was stopped stands above what moves, above what rests', async () => {
    const view = await readNow(everyone, after(61), installation.db)
    expect(names(view)).toEqual(['support-agent', 'mail-agent', 'sql-agent'])
    expect(view.openIncidents).toBe(1)
    expect(view.agents[0]).toMatchObject({
      group: 'attention',
      back: true,
      candidate: '2.4.0',
      candidateLocked: true,
      next: { what: 'recovery verdict' },
    })
    expect(view.agents[1]).toMatchObject({ word: 'paused', orderedPercent: 5, measuredPercent: 5 })
    expect(view.agents[2]).toMatchObject({ stable: '2.3.3', candidate: null, candidateLocked: false })
  })

  test('shows only the agents that the actor may see', async () => {
    const view = await readNow(onlyMail, after(61), installation.db)
    expect(names(view)).toEqual(['mail-agent'])
    expect(view.openIncidents).toBe(0)
  })
})

test('every list leaves out what the actor may not see', async () => {
  const { db } = installation
  expect(names(await readAgents(onlyMail, db))).toEqual(['mail-agent'])
  expect(names(await readStart(onlyMail, db))).toEqual(['mail-agent'])
  expect((await readIncidents(everyIncident, onlyMail, db)).incidents).toEqual([])
  const { entries } = await readAudit({}, onlyMail, db)
  expect(new Set(entries.map((entry) => entry.agent))).toEqual(new Set(['mail-agent']))
  expect((await readAuditChoices(onlyMail, db)).agents).toEqual(['mail-agent'])
})

describe('the frame', () => {
  test('no guard, one that beats, and one that fell silent are told apart', async () => {
    const { db } = installation
    expect((await readShell(everyone, after(10), db)).guard).toEqual({ state: 'none' })
    const unjudged = { state: 'silent', since: after(0).toISOString() }
    expect((await readShell(everyone, after(60), db)).guard).toEqual(unjudged)
    await db.rollout.updateMany({ where: { liveKey: { not: null } }, data: { checkedAt: after(60) } })
    await db.heartbeat.create({
      data: { kind: 'guard', instance: 'g', startedAt: noon, at: after(60), facts: {} },
    })
    expect((await readShell(everyone, after(75), db)).guard).toEqual({ state: 'well' })
    const silent = { state: 'silent', since: after(60).toISOString() }
    expect((await readShell(everyone, after(76), db)).guard).toEqual(silent)
  })

  test('an incident is open until its recovery is proven or the agent is released again', async () => {
    expect((await readShell(everyone, after(60), installation.db)).openIncidents).toBe(1)
  })
})

describe('an agent', () => {
  test('shows the lock on the version that was rolled back, and nobody else’s', async () => {
    const view = await readAgent('support-agent', everyone, after(61), installation.db)
    const locks = view?.versions.map((version) => [version.name, version.lock?.reason ?? null])
    expect(locks).toEqual(
      expect.arrayContaining([
        ['2.4.0', 'manual'],
        ['2.3.3', null],
      ]),
    )
    expect(view?.versions.find((version) => version.isStable)?.name).toBe('2.3.3')
    expect(view?.whyNoStart).toContain('no other unlocked version')
  })

  test('with a rollout under way says why there is no other, and whose telemetry never came', async () => {
    const view = await readAgent('mail-agent', everyone, after(61), installation.db)
    expect(view?.whyNoStart).toBe('The rollout of 2.4.0 is under way; one at a time')
    expect(view?.telemetry).toEqual({
      lastRunAt: null,
      runsPerMinute: 0,
      unattributedShare: null,
      uncounted: [],
    })
    expect(view?.policy?.document).toContain('error_rate')
  })

  test('counts runs without a version as what they are, never as the stable’s', async () => {
    const { db } = installation
    const run = (traceId: string, version: string) => ({
      traceId,
      version,
      spanId: 's',
      agent: 'sql-agent',
      rung: 'none',
      startedAt: noon,
      endedAt: noon,
      receivedAt: after(30),
      latencyMs: 5,
      failed: false,
      toolCalls: 0,
      toolFailures: 0,
      tools: {},
      inputTokens: 0,
      outputTokens: 0,
    })
    await db.run.createMany({ data: [run('a', '2.3.3'), run('b', '2.3.3'), run('c', '2.3.3'), run('d', '')] })
    const view = await readAgent('sql-agent', everyone, after(61), db)
    expect(view?.telemetry).toEqual({
      lastRunAt: after(30).toISOString(),
      runsPerMinute: 0.8,
      unattributedShare: 0.25,
      uncounted: [],
    })
  })

  test('that is not there is null', async () => {
    expect(await readAgent('nobody', everyone, noon, installation.db)).toBeNull()
  })
})

describe('the record', () => {
  test('pages go from the newest to the first without a gap or a repetition', async () => {
    const { db } = installation
    const seen: string[] = []
    let page = await readAudit({}, everyone, db, 3)
    seen.push(...page.entries.map((entry) => entry.position))
    while (page.older) {
      page = await readAudit({ before: page.older }, everyone, db, 3)
      seen.push(...page.entries.map((entry) => entry.position))
    }
    const all = await db.auditEntry.findMany({ orderBy: { position: 'desc' }, select: { position: true } })
    expect(seen).toEqual(all.map((entry) => String(entry.position)))
    expect(seen.length).toBeGreaterThan(6)
  })

  test('is narrowed by agent, act, actor and time together', async () => {
    const { db } = installation
    const filter = parseAuditFilter({ agent: 'support-agent', action: 'rollout.rollback', actor: 'pe_1' })
    const { entries } = await readAudit(filter, everyone, db)
    expect(entries.map((entry) => [entry.action, entry.reason])).toEqual([['rollout.rollback', 'manual']])
    expect(entries[0]?.sentence).toContain('Mira rolled back support-agent@2.4.0 to support-agent@2.3.3')
    expect((await readAudit({ ...filter, until: '2026-11-23T11:00' }, everyone, db)).entries).toEqual([])
    expect((await readAudit({ ...filter, until: '2026-11-23' }, everyone, db)).entries).toHaveLength(1)
  })

  test('an address that cannot be read narrows nothing, rather than failing', () => {
    const odd = { from: 'yesterday', until: '2026-13-40', before: '1; drop', agent: ['a', 'b'], color: 'red' }
    expect(parseAuditFilter(odd)).toEqual({})
  })
})
