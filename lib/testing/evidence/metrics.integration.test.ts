import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { countedIn, openPassages, type Passage, type Passages } from '../passage.ts'
import { idsOf, mixed, type PlayedRun, runsEach } from '../playedRuns.ts'

/** Metrics that the user names, what a run costs, and runs that a user stopped: from what is sent to what is decided. */

// Each plays some minutes of traffic, on machines that have other work too.
vi.setConfig({ testTimeout: 120_000 })

let passages: Passages
beforeAll(async () => {
  passages = await openPassages()
})
afterAll(() => passages.close())

async function score(
  passage: Passage,
  runs: readonly PlayedRun[],
  name: string,
  valueOf: (run: PlayedRun) => number,
) {
  const body = runs.map((run) => {
    const { traceId, spanId } = idsOf(passage.agent, run)
    return { run: { trace_id: traceId, span_id: spanId }, agent: passage.agent, name, value: valueOf(run) }
  })
  const headers = { 'content-type': 'application/json' }
  for (let from = 0; from < body.length; from += 500) {
    const part = JSON.stringify(body.slice(from, from + 500))
    const answer = await fetch(passages.door.scoresUrl, { method: 'POST', headers, body: part })
    expect([answer.status, await answer.json()]).toMatchObject([200, {}])
  }
}

describe('scores', () => {
  const runs = mixed(0.5, 0.5, [5, 200])

  test('a score that falls short of the demanded mean stops the rollout', async () => {
    const passage = await passages.begin('scored', { document: { scores: { helpful: 0.7 } } })
    passage.send(runs)
    await passage.playUntil(200, 50)
    await score(passage, runs, 'helpful', ({ version }) => (version === '2.4.0' ? 0.2 : 0.9))
    const seen = await passage.playUntil(240, 10)
    expect(seen.decision.outcome).toBe('stop')
    expect(seen.decision.question).toBe('limit.score.helpful')
    expect(seen.because).toContain('“helpful” is 0.2 on average')
    expect(seen.decision.evidences['versus.score.helpful']).toBeGreaterThan(seen.decision.threshold)
  })

  test('a score by an event of the logs counts as one that was posted', async () => {
    const passage = await passages.begin('logged', {
      document: { scores: { helpful: { min: 0.7, action: 'approval' } } },
    })
    passage.send(runs)
    await passage.playUntil(200, 50)
    const records = runs.map((run) => ({
      ...idsOf(passage.agent, run),
      timeUnixNano: `${passage.at(run.startS + 1).getTime()}000000`,
      eventName: 'gen_ai.evaluation.result',
      attributes: [
        { key: 'gen_ai.evaluation.name', value: { stringValue: 'helpful' } },
        {
          key: 'gen_ai.evaluation.score.value',
          value: { doubleValue: run.version === '2.4.0' ? 0.2 : 0.9 },
        },
      ],
    }))
    const answer = await fetch(passages.door.logsUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: records }] }] }),
    })
    expect([answer.status, await answer.text()]).toEqual([200, '{}'])
    const seen = await passage.playUntil(240, 10)
    expect(seen.decision).toMatchObject({
      outcome: 'hold',
      reason: 'approval_required',
      question: 'limit.score.helpful',
    })
    expect(seen.rollout.phase).toBe('progressing')
  })

  test('a metric with a limit and no data holds the rollout and names it', async () => {
    const passage = await passages.begin('unscored', { document: { scores: { helpful: 0.7 } } })
    passage.send(mixed(0.5, 0.25, [0, 400]))
    const seen = await passage.playUntil(400, 40)
    expect(seen.decision).toMatchObject({
      outcome: 'hold',
      reason: 'insufficient_data',
      lacking: ['score.helpful'],
    })
    expect(seen.because).toContain('score helpful')
  })

  test('thumbs that point down more often than they may stop the rollout', async () => {
    const passage = await passages.begin('thumbed', { document: { feedback: { max: 0.2 } } })
    passage.send(runs)
    await passage.playUntil(200, 50)
    await score(passage, runs, 'feedback', ({ version, n = 0 }) => (version === '2.4.0' && n % 4 < 3 ? 0 : 1))
    const seen = await passage.playUntil(240, 10)
    expect(seen.decision).toMatchObject({ outcome: 'stop', question: 'limit.feedback' })
  })
})

test('a share of runs by an attribute of theirs is held to its limit', async () => {
  const shares = { handoff: { attribute: 'app.outcome', value: 'handoff', max: 0.1 } }
  const passage = await passages.begin('handed', { document: { shares } })
  passage.send(
    mixed(0.5, 0.5, [5, 200], (version, n) => ({
      attributes: { 'app.outcome': n % 20 === 0 || (version === '2.4.0' && n % 3 > 0) ? 'handoff' : 'done' },
    })),
  )
  const seen = await passage.playUntil(200, 10)
  expect(seen.decision).toMatchObject({ outcome: 'stop', question: 'limit.share.handoff' })
})

test('the failed calls of one tool are held to its own limit', async () => {
  const passage = await passages.begin('refunding', { document: { tools: { refund: 0.05 } } })
  passage.send(
    mixed(0.5, 0.5, [5, 200], (version, n) => ({
      tool: { name: n % 2 ? 'refund' : 'lookup', fails: [version === '2.4.0' && n % 2 === 1, false] },
    })),
  )
  const seen = await passage.playUntil(200, 10)
  expect(seen.decision.outcome).toBe('stop')
  const { candidate, stable } = countedIn(await passage.checks(), 'tool.refund', 'limit')
  expect(candidate[1]).toBeGreaterThan(3)
  expect(candidate[0] / candidate[1]).toBe(0.5)
  expect(stable[0]).toBe(0)
  expect(seen.decision.evidences['limit.tool.refund']).toBeGreaterThan(seen.decision.threshold)
})

describe('cost', () => {
  test('a budget without a single known cost holds the rollout and names it', async () => {
    const passage = await passages.begin('costless', { triggers: { cost_per_run_usd: 0.05 } })
    passage.send(mixed(0.5, 0.25, [0, 400], () => ({ model: 'nobody-knows-it', inputTokens: 1000 })))
    const seen = await passage.playUntil(400, 40)
    expect(seen.decision).toMatchObject({
      outcome: 'hold',
      reason: 'insufficient_data',
      lacking: ['spend'],
    })
    expect(seen.because).toContain('cost')
  })

  test('what tokens cost by the list of prices is held to the budget', async () => {
    const passage = await passages.begin('priced', { triggers: { cost_per_run_usd: 0.05 } })
    passage.send(
      mixed(0.5, 0.5, [5, 200], (version) => ({
        model: 'gpt-4o',
        inputTokens: version === '2.4.0' ? 4_000_000 : 1_000,
      })),
    )
    const seen = await passage.playUntil(200, 10)
    expect(seen.decision.outcome).toBe('stop')
    const { candidate, stable } = countedIn(await passage.checks(), 'spend', 'limit')
    expect(candidate[1]).toBeGreaterThan(0)
    expect(stable[1]).toBeGreaterThan(0)
    expect(seen.decision.evidences['limit.spend']).toBeGreaterThan(seen.decision.threshold)
  })

  test('a cache that is cold for the candidate alone makes it no more expensive', async () => {
    const tokens = (isWarm: boolean, n: number) => ({
      model: 'gpt-4o',
      inputTokens: 10_000 + (n % 10) * 100,
      ...(isWarm ? { cachedInputTokens: 9_000 } : {}),
    })
    const passage = await passages.begin('cold-cache', {
      before: runsEach(0.5, [-100, 0], (n) => ({ version: '2.3.3', ...tokens(true, n) })),
    })
    passage.send(mixed(0.5, 0.25, [0, 300], (version, n) => tokens(version === '2.3.3', n)))
    const seen = await passage.playUntil(300, 10)
    expect(seen.rollout.phase).toBe('progressing')
    const { candidate, stable } = countedIn(await passage.checks(), 'costlier')
    expect(candidate[1]).toBeGreaterThan(300)
    expect(stable[1]).toBeGreaterThan(300)
    // By what is "expensive" both are alike: a tenth of them at most.
    expect(candidate[0] / candidate[1]).toBeLessThan(0.15)
    expect(stable[0] / stable[1]).toBeLessThan(0.15)
  })
})

describe('runs that a user stopped', () => {
  const stopped = (type: string) =>
    mixed(0.5, 0.25, [5, 300]).map((run): PlayedRun => {
      const { n = 0 } = run
      const isStopped = run.version === '2.4.0' ? n % 100 < 12 : n % 100 === 50
      return isStopped ? { ...run, fails: type } : run
    })

  test('are no error: 12 % against 1 % is named for what it is', async () => {
    const passage = await passages.begin('aborted')
    passage.send(stopped('AbortError'))
    const seen = await passage.playUntil(300, 10)
    expect(seen.decision.reason).not.toBe('error_spike')
    expect(seen.decision.families).not.toContain('errors')
    const checks = await passage.checks()
    expect(countedIn(checks, 'errors').candidate[0]).toBe(0)
    expect(countedIn(checks, 'errors', 'limit').candidate[0]).toBe(0)
    expect(countedIn(checks, 'cancelled').candidate[0]).toBeGreaterThan(5)
  })

  test('are those of the policy’s own list, where it has one', async () => {
    const passage = await passages.begin('own-list', { document: { cancelled: ['UserHungUp'] } })
    passage.send(stopped('UserHungUp'))
    await passage.playUntil(100, 20)
    const own = await passage.checks()
    expect(countedIn(own, 'errors').candidate[0]).toBe(0)
    expect(countedIn(own, 'cancelled').candidate[0]).toBeGreaterThan(3)

    const other = await passages.begin('not-on-the-list', { document: { cancelled: ['UserHungUp'] } })
    other.send(stopped('AbortError'))
    const seen = await other.playUntil(300, 20)
    expect(seen.decision).toMatchObject({ outcome: 'stop', reason: 'error_spike' })
  })
})
