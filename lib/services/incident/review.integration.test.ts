import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { incidentMarkdown } from '#lib/views/incidentText.ts'
import { readIncident } from '#lib/views/incident.ts'
import { everyIncident, readIncidents } from '#lib/views/incidents.ts'
import { buildTable } from '#lib/routing/build.ts'
import { insertRuns } from '#lib/store/newRuns.ts'
import { readRoutingFacts } from '#lib/store/routing.ts'
import { after, anActor, noon } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { documentOf, openInstallation, refusalOf, valueOf } from '#lib/testing/installation.ts'
import { adoptStable } from '../agent/adoptStable.ts'
import { putAgent } from '../agent/put.ts'
import { askApproval } from '../approval/ask.ts'
import { decideApproval } from '../approval/decide.ts'
import { rollBack } from '../rollout/rollBack.ts'
import { startRollout } from '../rollout/start.ts'
import { registerVersion } from '../version/register.ts'
import { compensate, noteIncident, reviewIncident } from './review.ts'

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())

const mira = anActor({ id: 'pe_mira', name: 'Mira', signedInAt: noon })
const noah = anActor({ id: 'pe_noah', name: 'Noah', signedInAt: noon })
const author = anActor({ id: 'pe_author', name: 'Author', signedInAt: noon })
const at = (seconds = 0) => ({ db: house.db, now: after(seconds) })
const tools = [
  { name: 'refund', writes: true },
  { name: 'look_up', writes: false },
]

/** A rollout that was stopped by hand, after its candidate called three tools. */
async function aStop(agent: string): Promise<string> {
  valueOf(await putAgent({ agent }, author, at()))
  for (const version of ['2.3.3', '2.4.0', '2.5.0']) {
    const manifest = { prompt: version === '2.5.0' ? '2.4.0' : version, tools }
    valueOf(await registerVersion({ agent, version, manifest }, author, at()))
  }
  valueOf(await adoptStable({ agent, version: '2.3.3', reason: 'in production' }, author, at()))
  const document = { yaml: documentOf(agent) }
  const { rolloutId } = valueOf(await startRollout({ agent, document }, mira, at()))
  const used = ['refund', 'look_up', 'mystery'].map((name) => ({ name, calls: 1, failures: 0 }))
  await house.db.$transaction((tx) => insertRuns(tx, [aRun(agent, used)]))
  const { incidentId } = valueOf(await rollBack({ rolloutId }, mira, at(5)))
  return incidentId ?? ''
}

function aRun(agent: string, used: { name: string; calls: number; failures: number }[]) {
  return {
    traceId: `trace-${agent}`,
    spanId: 'span',
    agent,
    version: '2.4.0',
    rung: 'span',
    startedAt: after(1),
    endedAt: after(2),
    receivedAt: after(2),
    latencyMs: 300,
    failed: false,
    toolCalls: used.length,
    toolFailures: 0,
    tools: used,
    inputTokens: 0,
    outputTokens: 0,
  }
}

const aReview = {
  cause: 'prompt',
  whatHappened: 'The prompt asked for refunds <script>alert(1)</script>',
  whatChanges: 'It is tested with refunds',
  verdict: 'right',
}
const unlock = (incidentId: string, by = mira, seconds = 10) =>
  askApproval(
    { kind: 'unlock', input: { incidentId }, reason: 'The prompt is mended elsewhere' },
    by,
    at(seconds),
  )
const isRevoked = async (agent: string) =>
  buildTable(await readRoutingFacts(house.db), 'test').agents[agent]?.revoked !== undefined

describe('unlocking', () => {
  test('takes a review, and then a second person who did not make the release; it frees every name of the content', async () => {
    const agent = 'unlocked-agent'
    const incidentId = await aStop(agent)
    expect(await isRevoked(agent)).toBe(true)
    expect(refusalOf(await unlock(incidentId))).toBe('not_now')
    valueOf(await reviewIncident({ incidentId, ...aReview }, mira, at(6)))
    const { approvalId } = valueOf(await unlock(incidentId))
    const decide = (by: typeof mira) => decideApproval({ approvalId, verdict: 'approve' }, by, at(11))
    for (const by of [mira, author]) expect(refusalOf(await decide(by))).toBe('forbidden')
    expect(refusalOf(await decide({ ...noah, signedInAt: after(-3600) }))).toBe('step_up')
    expect(await isRevoked(agent)).toBe(true)
    expect(valueOf(await decide(noah)).status).toBe('approved')
    expect(await isRevoked(agent)).toBe(false)
    const line = await house.db.auditEntry.findFirstOrThrow({ where: { agent, action: 'version.unlock' } })
    expect(JSON.parse(line.body)).toMatchObject({ details: { names: ['2.4.0', '2.5.0'] } })
    const document = { yaml: documentOf(agent) }
    valueOf(await startRollout({ agent, document }, mira, at(12)))
  })

  test('lapses when somebody reviewed it anew after it was asked for', async () => {
    const incidentId = await aStop('again-agent')
    valueOf(await reviewIncident({ incidentId, ...aReview }, mira, at(6)))
    const { approvalId } = valueOf(await unlock(incidentId))
    valueOf(await reviewIncident({ incidentId, ...aReview, verdict: 'wrong' }, noah, at(11)))
    const decided = await decideApproval({ approvalId, verdict: 'approve' }, noah, at(12))
    expect(valueOf(decided).status).toBe('lapsed')
    expect(await isRevoked('again-agent')).toBe(true)
  })
})

describe('what the candidate wrote', () => {
  test('is listed, what is not known with it; what only reads is not; what became of it is kept', async () => {
    const agent = 'written-agent'
    const incidentId = await aStop(agent)
    const seen = async () => (await readIncident(incidentId, mira, after(20), house.db))?.effects
    expect(await seen()).toMatchObject({ total: 2, open: 2 })
    expect((await seen())?.shown.map(({ tool, writing }) => [tool, writing]).sort()).toEqual([
      ['mystery', 'unknown'],
      ['refund', 'writes'],
    ])
    const effects = [{ traceId: `trace-${agent}`, spanId: 'span', tool: 'refund' }]
    valueOf(
      await compensate({ incidentId, effects, state: 'compensated', note: 'booked back' }, mira, at(21)),
    )
    expect(await seen()).toMatchObject({ total: 2, open: 1 })
    const never = [{ traceId: 'elsewhere', spanId: 'span', tool: 'refund' }]
    expect(
      refusalOf(await compensate({ incidentId, effects: never, state: 'compensated' }, mira, at(22))),
    ).toBe('missing')
  })
})

describe('bad input and bad actors', () => {
  test('a text of ten megabytes is refused by name, and nothing of it is kept', async () => {
    const incidentId = await aStop('long-agent')
    const refused = await noteIncident({ incidentId, text: 'x'.repeat(10_000_000) }, mira, at(6))
    expect(refusalOf(refused)).toBe('bad_input')
    expect(!refused.ok && refused.refusal.because).toBe('text: expected at most 10,000 characters')
    expect(await house.db.incidentNote.count()).toBe(0)
  })

  test('somebody of another agent sees nothing of it and writes nothing into it', async () => {
    const incidentId = await aStop('private-agent')
    const stranger = anActor({ id: 'pe_stranger', agents: ['other-agent'], signedInAt: noon })
    expect(await readIncident(incidentId, stranger, after(6), house.db)).toBeNull()
    expect(refusalOf(await noteIncident({ incidentId, text: 'hello' }, stranger, at(6)))).toBe('forbidden')
    expect(refusalOf(await reviewIncident({ incidentId, ...aReview }, stranger, at(6)))).toBe('forbidden')
    expect(refusalOf(await unlock(incidentId, stranger))).toBe('forbidden')
  })

  test('in the export text stays text', async () => {
    const incidentId = await aStop('export-agent')
    valueOf(await reviewIncident({ incidentId, ...aReview }, mira, at(6)))
    valueOf(await noteIncident({ incidentId, text: 'see\n# not a heading [a](http://x)' }, mira, at(7)))
    const view = await readIncident(incidentId, mira, after(8), house.db)
    if (!view) throw new Error('the incident is not there')
    const text = incidentMarkdown(view)
    expect(text).toContain('\\<script\\>')
    expect(text).not.toMatch(/^# not a heading/m)
    expect(text).toContain('\\[a\\]\\(http://x\\)')
  })
})

test('the reviews give the precision of a reason, and too few give none', async () => {
  const { precision } = await readIncidents(everyIncident, mira, house.db)
  const row = precision.find((each) => each.agent === 'again-agent')
  expect(row).toMatchObject({ reason: 'manual', wrong: 1, right: 0, share: null })
})
