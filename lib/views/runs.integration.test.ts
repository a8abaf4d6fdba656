import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readRunConditions } from '#lib/address/runs.ts'
import type { RunEvidence } from '#lib/domain/runEvidence.ts'
import type { NewRun } from '#lib/store/newRuns.ts'
import { after, anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { anAgentIn, aRolloutIn, openInstallation } from '#lib/testing/installation.ts'
import { giveRuns } from '#lib/testing/runs.ts'
import { everyRun, readRunChoices, readRuns, type RunFilter, type RunsPage } from './runs.ts'

let installation: TestDatabase
const everyone = anActor()

async function read(agent: string, changes: Partial<RunFilter> = {}, sizes = {}): Promise<RunsPage> {
  const page = await readRuns(agent, { ...everyRun, ...changes }, everyone, installation.db, sizes)
  if (!page) throw new Error('there is no page')
  return page
}

/** Every page after the other; `between` happens before each but the first. */
async function readAll(
  agent: string,
  changes: Partial<RunFilter> = {},
  sizes = {},
  between = async () => {},
): Promise<{ ids: string[]; pages: RunsPage[] }> {
  const pages: RunsPage[] = []
  for (let before: string | null = null; pages.length < 50;) {
    const page = await read(agent, { ...changes, before }, sizes)
    pages.push(page)
    if (page.older === null) return { ids: pages.flatMap(({ runs }) => runs.map(({ id }) => id)), pages }
    before = page.older
    await between()
  }
  throw new Error('the pages have no end')
}

const give = (agent: string, seconds: number, count: number, changes: Partial<NewRun> = {}) =>
  giveRuns(installation.db, agent, changes.version ?? '2.3.3', after(seconds), count, changes)

beforeAll(async () => {
  installation = await openInstallation()
  for (const agent of ['support-agent', 'mail-agent', 'busy-agent', 'rare-agent', 'quiet-agent']) {
    await anAgentIn(installation.db, { agent })
  }
})
afterAll(() => installation.drop())

test('page by page each run comes once, the newest first, while new ones come in all the time', async () => {
  // Forty in each millisecond: the place in the list is not their time alone.
  for (const seconds of [0, 1, 2, 3]) await give('busy-agent', seconds, 40)
  const { ids, pages } = await readAll('busy-agent', {}, { pageSize: 25 }, () => give('busy-agent', 9, 3))
  expect(ids).toHaveLength(160)
  expect(new Set(ids).size).toBe(160)
  const times = pages.flatMap(({ runs }) => runs.map(({ receivedAt }) => receivedAt))
  expect(times).toEqual(times.toSorted().toReversed())
  expect(pages.every(({ searchedTo }) => searchedTo === null)).toBe(true)
})

test('a search that finds little stops, says how far it came, and goes on from there to the end', async () => {
  await give('rare-agent', 0, 2, { failed: true, errorType: 'ModelError' })
  await give('rare-agent', 1, 100)
  const { ids, pages } = await readAll('rare-agent', { outcome: 'failed' }, { scanMax: 30 })
  expect(ids).toHaveLength(2)
  expect(pages.map(({ runs, searchedTo }) => [runs.length, searchedTo !== null])).toEqual([
    [0, true],
    [0, true],
    [0, true],
    [2, false],
  ])
  expect(pages[0]?.searchedTo).toBe(after(1).toISOString())
  expect((await read('rare-agent', { outcome: 'failed' })).runs).toHaveLength(2)
})

describe('filters', () => {
  beforeAll(async () => {
    await give('mail-agent', 0, 3, { costUsd: 0.01 })
    await give('mail-agent', 10, 2, { failed: true, errorType: 'ModelError', costUsd: 0.9 })
    await give('mail-agent', 20, 1, { cancelled: true, errorType: 'AbortError' })
    await give('mail-agent', 30, 4, {
      version: '2.4.0',
      toolCalls: 3,
      toolFailures: 1,
      tools: [
        { name: 'lookup', calls: 1, failures: 0 },
        { name: 'refund', calls: 2, failures: 1 },
      ],
    })
    await give('mail-agent', 40, 5, { version: '', rung: 'unattributed' })
  })
  const count = async (changes: Partial<RunFilter>) => (await read('mail-agent', changes)).runs.length

  test('narrow to a version, to none, and to how a run ended', async () => {
    expect(await count({})).toBe(15)
    expect(await count({ version: '2.4.0' })).toBe(4)
    expect(await count({ version: '' })).toBe(5)
    expect(await count({ version: '9.9.9' })).toBe(0)
    expect(await count({ outcome: 'failed' })).toBe(2)
    expect(await count({ outcome: 'cancelled' })).toBe(1)
    expect(await count({ outcome: 'ok' })).toBe(12)
    expect(await count({ outcome: 'tool_failed' })).toBe(4)
    expect((await read('mail-agent', { version: '' })).runs[0]?.version).toBeNull()
  })

  test('find a tool by its whole name, whatever that holds', async () => {
    expect(await count({ tool: 'refund' })).toBe(4)
    for (const tool of ['ref', 'REFUND', '%', `'; DROP TABLE run; --`, '"}]']) {
      expect(await count({ tool }), tool).toBe(0)
    }
  })

  test('tell a cost that is known from one that is not, and find what is over the limit in force', async () => {
    expect(await count({ cost: 'known' })).toBe(5)
    expect(await count({ cost: 'unknown' })).toBe(10)
    expect(await count({ cost: 'over' }), 'without a limit nothing is over it').toBe(0)
    const { db } = installation
    await aRolloutIn(db, 'mail-agent')
    const where = { agent_number: { agent: 'mail-agent', number: 1 } }
    const { policy } = await db.policyVersion.findUniqueOrThrow({ where })
    const { triggers, ...rest } = policy as { triggers: object[] }
    const cost = { metric: 'cost_per_run_usd', limit: 0.5, action: 'rollback' }
    await db.policyVersion.update({ where, data: { policy: { ...rest, triggers: [...triggers, cost] } } })
    expect(await count({ cost: 'over' })).toBe(2)
    expect(await readRunChoices('mail-agent', everyone, db)).toEqual({
      versions: expect.arrayContaining(['2.3.3', '2.4.0']),
      tools: ['lookup', 'refund'],
      budgetUsd: 0.5,
    })
  })

  test('narrow together, and to times', async () => {
    expect(await count({ version: '2.3.3', outcome: 'failed', cost: 'known' })).toBe(2)
    expect(await count({ version: '2.4.0', outcome: 'failed' })).toBe(0)
    expect(await count({ from: after(10), until: after(20) })).toBe(3)
  })

  test('that cannot be read narrow nothing', async () => {
    const given = { version: '\u0000', outcome: 'bad', cost: 'dear', evidence: 'x', from: 'soon', until: '1' }
    expect(readRunConditions(given)).toEqual({
      version: null,
      outcome: null,
      tool: null,
      cost: null,
      evidence: null,
      from: null,
      until: null,
    })
    for (const before of ['x', '1', '99999999999999.a.b', "1.'; --"]) {
      expect((await read('mail-agent', { before })).runs, before).toHaveLength(15)
    }
  })
})

describe('what a run is as evidence', () => {
  const agent = 'support-agent'
  let at: (evidence: RunEvidence) => Promise<number>

  beforeAll(async () => {
    const { db } = installation
    await give(agent, -60, 1, { unit: 'before any rollout' })
    await aRolloutIn(db, agent)
    await give(agent, 10, 2, { turn: 0, unitBeganAt: after(10) })
    await give(agent, 10, 3, { turn: 2, unitBeganAt: after(1), version: '2.4.0' })
    await give(agent, 10, 4, { version: '', rung: 'unattributed' })
    await give(agent, 10, 1, { foldedInto: 'eee19b7ec3c1b174' })
    await give(agent, 10, 2, { retryOf: 'eee19b7ec3c1b174' })
    await give(agent, 10, 1, { version: '1.0.0', unit: 'of a third version' })
    await give(agent, 10, 1, { unit: 'older' })
    await give(agent, 10, 1, { unit: 'older, moved later' })
    await give(agent, 10, 1, { unit: 'moved', version: '2.4.0' })
    await give(agent, 10, 1, { unit: 'moved back' })
    await give(agent, 10, 1, { unit: 'forgotten' })
    const unit = (name: string, version: string, seconds: number, moved: boolean) => ({
      agent,
      unit: name,
      version,
      beganAt: after(seconds),
      runs: 2,
      bad: [],
      moved,
      seenAt: after(10),
    })
    await db.unit.createMany({
      data: [
        unit('older', '2.3.3', -300, false),
        unit('older, moved later', '2.3.3', -300, true),
        unit('moved', '2.3.3', 5, true),
        unit('moved back', '2.3.3', 5, true),
      ],
    })
    at = async (evidence) => {
      const { runs } = await read(agent, { evidence })
      expect(new Set(runs.map((run) => run.evidence)).size).toBeLessThanOrEqual(1)
      return runs.length
    }
  })

  test('is told for each, and can be filtered by', async () => {
    expect(await at('first')).toBe(2)
    expect(await at('later')).toBe(3)
    expect(await at('no_version')).toBe(4)
    expect(await at('folded')).toBe(1)
    expect(await at('retry')).toBe(2)
    expect(await at('no_rollout')).toBe(2)
    expect(await at('older')).toBe(2)
    expect(await at('moved')).toBe(2)
    expect(await at('unknown')).toBe(1)
    expect((await read(agent)).runs).toHaveLength(19)
  })

  test('is nothing after the rollout ended', async () => {
    const { db } = installation
    await db.rollout.updateMany({
      where: { agent },
      data: { liveKey: null, phase: 'completed', completedAt: after(20), rollbackWindowEndsAt: after(30) },
    })
    await give(agent, 29, 1, { unit: 'in the window' })
    await give(agent, 31, 1, { unit: 'after it' })
    const { runs } = await read(agent, { from: after(25) })
    expect(runs.map((run) => run.evidence)).toEqual(['no_rollout', 'unknown'])
  })
})

test('nobody sees the runs of an agent that is not theirs, nor what these can be narrowed to', async () => {
  const { db } = installation
  const elsewhere = anActor({ agents: ['quiet-agent'] })
  expect(await readRuns('mail-agent', everyRun, elsewhere, db)).toBeNull()
  expect(await readRuns('no-agent', everyRun, everyone, db)).toBeNull()
  expect(await readRunChoices('mail-agent', elsewhere, db)).toEqual({
    versions: [],
    tools: [],
    budgetUsd: null,
  })
  expect(await readRuns('quiet-agent', everyRun, elsewhere, db)).toEqual({
    agent: 'quiet-agent',
    runs: [],
    older: null,
    searchedTo: null,
  })
})
