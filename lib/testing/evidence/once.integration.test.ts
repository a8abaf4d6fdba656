import { afterAll, beforeAll, expect, test } from 'vitest'
import { policyActor } from '#lib/domain/actor.ts'
import { replayRecorded } from '#lib/domain/decision/recorded.ts'
import { evaluateRollout } from '#lib/services/rollout/evaluate.ts'
import { fromJson } from '#lib/store/json.ts'
import { countedIn, openPassages, type Passage, type Passages } from '../passage.ts'
import { idsOf, mixed, playedBody, type PlayedRun } from '../playedRuns.ts'

/** What a run says is taken by exactly one check, whoever looks at the same moment and whatever dies on the way. */

let passages: Passages
beforeAll(async () => {
  passages = await openPassages()
})
afterAll(() => passages.close())

const look = (passage: Passage, seconds: number) =>
  evaluateRollout({ rolloutId: passage.rolloutId }, policyActor, {
    db: passages.house.db,
    now: passage.at(seconds),
  })

/** Forty runs of each version, each said once: as a cohort, as a limit. */
async function expectAllOnce(passage: Passage): Promise<void> {
  const checks = await passage.checks()
  for (const use of ['versus', 'limit'] as const)
    expect(countedIn(checks, 'errors', use)).toEqual({ candidate: [0, 40], stable: [0, 40] })
  const came = (side: 'candidate' | 'stable') => checks.reduce((sum, { runs }) => sum + runs[side], 0)
  expect([came('candidate'), came('stable')]).toEqual([40, 40])
  const silent = checks.flatMap(({ silence }) => silence)
  expect(silent.reduce((sum, { candidate, stable }) => sum + candidate + stable, 0)).toBe(80)
}

const eighty = Array.from({ length: 80 }, (_, n): PlayedRun => ({
  version: n % 2 ? '2.4.0' : '2.3.3',
  startS: 10 + n * 0.5,
  n,
}))

test('ten looks at once take each observation once', async () => {
  const passage = await passages.begin('looked-at-once')
  passage.send(eighty)
  await passage.passUntil(80)
  const answers = await Promise.all(Array.from({ length: 10 }, () => look(passage, 80)))
  expect(answers.every(({ ok }) => ok)).toBe(true)
  await expectAllOnce(passage)
})

test('a look that fails after it took them leaves them to the next', async () => {
  const passage = await passages.begin('fails-late')
  passage.send(eighty)
  await passage.passUntil(80)
  // What the look writes last of all is refused: nothing of it may stay.
  await passages.house.owner(async (client) => {
    await client.query(`
      CREATE FUNCTION refuse_decision() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'the disk is full'; END $$;
      CREATE TRIGGER refused BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION refuse_decision()`)
  })
  await expect(look(passage, 80)).rejects.toThrow('the disk is full')
  await passages.house.owner(async (client) => {
    await client.query('DROP TRIGGER refused ON decision; DROP FUNCTION refuse_decision()')
  })
  expect(await passage.checks()).toEqual([])
  await passage.playUntil(81, 1)
  await expectAllOnce(passage)
})

test('a look that is killed in the midst of it leaves them to the next', async () => {
  const passage = await passages.begin('killed')
  passage.send(eighty)
  await passage.passUntil(80)
  await passages.house.owner(async (client) => {
    // Whoever looks waits here, with the observations taken, until it is killed.
    await client.query('BEGIN; LOCK TABLE decision IN ACCESS EXCLUSIVE MODE')
    const looking = look(passage, 80).then(
      () => 'looked',
      () => 'killed',
    )
    for (;;) {
      const { rows } = await client.query<{ pid: number }>(
        `SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'decision'::regclass`,
      )
      if (rows.length === 0) continue
      for (const { pid } of rows) await client.query('SELECT pg_terminate_backend($1)', [pid])
      break
    }
    await client.query('ROLLBACK')
    // It may be tried again by itself; what counts is that nothing is lost or doubled.
    await looking
  })
  await passage.playUntil(85, 5)
  await expectAllOnce(passage)
})

test('a tool that turns out to have failed makes its run bad once, also when a check has taken it', async () => {
  const passage = await passages.begin('amended', { triggers: { tool_failure_rate: 0.2 } })
  const run: PlayedRun = {
    version: '2.4.0',
    startS: 10,
    tool: { name: 'refund', fails: [false, false] },
  }
  const beside = Array.from({ length: 10 }, (_, n): PlayedRun => ({
    version: '2.3.3',
    startS: 10 + n,
    tool: { name: 'refund', fails: [false] },
  }))
  passage.send([run, ...beside])
  await passage.playUntil(40, 10)
  expect(countedIn(await passage.checks(), 'tool_failed_runs').candidate).toEqual([0, 1])
  // A third call of the same run, sent by another exporter half a minute later; and again.
  const late: PlayedRun = { ...run, lateS: 40, tool: { name: 'refund', fails: [false, false, true] } }
  passage.send([late, { ...late, lateS: 50 }])
  await passage.playUntil(100, 10)
  expect(countedIn(await passage.checks(), 'tool_failed_runs').candidate[0]).toBe(1)
  expect(countedIn(await passage.checks(), 'tool_failures', 'limit').candidate[0]).toBeGreaterThan(0)
  expect(countedIn(await passage.checks(), 'tool_failures', 'limit').candidate[0]).toBeLessThanOrEqual(1)
  expect(countedIn(await passage.checks(), 'errors').candidate).toEqual([0, 1])
})

test('a run that turns out to be part of another says nothing more', async () => {
  const passage = await passages.begin('folded', {
    before: Array.from({ length: 60 }, (_, n): PlayedRun => ({
      version: '2.3.3',
      startS: -100 + n,
      tookS: 30,
    })),
  })
  const outer: PlayedRun = { version: '2.4.0', startS: 10, tookS: 4 }
  const inner: PlayedRun = {
    version: '2.4.0',
    startS: 10,
    n: 1,
    tookS: 1,
    fails: true,
    traceId: idsOf(passage.agent, outer).traceId,
  }
  // The inner one came first and was counted: its parent, of another host, was not here.
  const body = JSON.parse(playedBody(passage.agent, [inner], passage.at(0).getTime())) as Body
  const [span] = body.resourceSpans[0]?.scopeSpans[0]?.spans ?? []
  if (span) Object.assign(span, { parentSpanId: idsOf(passage.agent, outer).spanId, flags: 0x301 })
  await passage.passUntil(12)
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(passages.door.url, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(answer.status).toBe(200)
  await passage.playUntil(14, 1)
  const { db } = passages.house
  const innerRun = { agent: passage.agent, version: '2.4.0' }
  expect(await db.run.count({ where: { ...innerRun, foldedInto: null } })).toBeLessThanOrEqual(1)
  passage.send([outer])
  await passage.playUntil(100, 10)
  expect(await db.run.count({ where: { ...innerRun, foldedInto: null } })).toBe(1)
  expect(countedIn(await passage.checks(), 'errors').candidate[1]).toBe(1)
  expect(countedIn(await passage.checks(), 'errors', 'limit').candidate[1]).toBe(1)
})

interface Body {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly object[] }[] }[]
}

test('what was decided is decided again, byte for byte, from the checks on record', async () => {
  const passage = await passages.begin('replayed')
  passage.send(mixed(0.5, 0.5, [5, 120], (version, n) => ({ fails: version === '2.4.0' && n % 3 === 0 })))
  const seen = await passage.playUntil(120, 10)
  expect(seen.decision.outcome).toBe('stop')
  const { db } = passages.house
  const rows = await db.decision.findMany({
    where: { rolloutId: passage.rolloutId },
    orderBy: { number: 'asc' },
  })
  const version = await db.policyVersion.findFirstOrThrow({ where: { agent: passage.agent } })
  const again = replayRecorded(
    fromJson.policy(version.policy),
    rows.map((row) => fromJson.check(row.check)),
  )
  expect(again).toEqual(rows.map(({ decision }) => decision))
})
