import { describe, expect, test } from 'vitest'
import { type Recording, recordings, replayed, type TrueRun } from '#lib/testing/recording.ts'
import { assembleTrace } from './assembleTrace.ts'
import { decodeTraces } from './otlp.ts'
import type { Run } from './run.ts'
import { partsOf } from './spans.ts'
import type { Received } from './tree.ts'

/**
 * Real requests of real packages (lib/testing/recording.ts), played as they came: what is counted is what happened, or
 * what can be known of it where the framework does not send it.
 */

const startMs = Date.UTC(2026, 10, 28, 12)

/** Long after everything has come, and every wait is over. */
const end = new Date(startMs + 3_600_000)

const all = recordings()
const named = (list: readonly Recording[]) =>
  list.map((recording) => [`${recording.framework}: ${recording.situation}`, recording] as const)

const knownOf = ({ truth, known = truth }: Recording) => known

describe('what is counted is what happened', () => {
  test.each(named(all))('%s', (_, recording) => {
    expect(runsOf(recording, receivedOf(recording))).toEqual(sorted(knownOf(recording)))
  })
})

describe('neither the order of the spans nor that they were sent twice matters', () => {
  test.each(named(all))('%s', (_, recording) => {
    const received = receivedOf(recording)
    expect(runsOf(recording, [...received.toReversed(), ...received])).toEqual(sorted(knownOf(recording)))
  })
})

const nested = all.filter((recording) => knownOf(recording).some(({ insideOf }) => insideOf !== null))

describe('what an agent did that nobody registered is the doing of the one around it', () => {
  test.each(named(nested))('%s', (_, recording) => {
    const known = knownOf(recording)
    const outer = known.find(({ insideOf }) => insideOf === null)
    if (!outer) throw new Error('The recording has no outer run')
    const tools = Object.assign({}, ...known.map((run) => run.tools)) as TrueRun['tools']
    const runs = runsOf(recording, receivedOf(recording), (agent) => agent === outer.agent)
    expect(runs).toEqual([{ ...outer, tools }])
  })
})

const sentInParts = nested.filter(({ requests }) => requests.length > 1)

describe('a run that takes longer than a batch is not counted before it has ended', () => {
  test.each(named(sentInParts))('%s', (_, recording) => {
    const received = receivedOf(recording)
    const lastAt = Math.max(...received.map(({ receivedAt }) => receivedAt.getTime()))
    const early = received.filter(({ receivedAt }) => receivedAt.getTime() < lastAt)
    expect(early).not.toEqual([])
    expect(runsOf(recording, early, isTrueAgent(recording), new Date(lastAt - 1))).toEqual([])
  })
})

describe('who could be registered is told where nobody is, or that nobody could', () => {
  const ofLost = all.filter(({ known }) => known?.length === 0)
  const told = (recording: Recording) =>
    tracesOf(receivedOf(recording)).map(
      (trace) => assembleTrace(trace, { now: end, isRegistered: () => false }).unclaimed,
    )

  // Of runs that failed, some never send the root, so more may come.
  const whole = all.filter(({ situation }) => situation !== 'model-fails' && situation !== 'cancelled')
  test.each(named(whole.filter((recording) => !ofLost.includes(recording))))('%s', (_, recording) => {
    const agents = new Set(told(recording).flatMap((unclaimed) => unclaimed.agents))
    const outer = recording.truth.filter(({ insideOf }) => insideOf === null).map(({ agent }) => agent)
    expect(agents).toEqual(new Set(outer))
  })

  test.each(
    named(ofLost.filter(({ framework }) => /^(traceloop-langchain|openinference-openai)$/.test(framework))),
  )('%s', (_, recording) => {
    expect(told(recording)).toContainEqual({ agents: [], hasCalls: true })
  })
})

function isTrueAgent({ truth }: Recording): (agent: string) => boolean {
  const agents = new Set(truth.map(({ agent }) => agent))
  return (agent) => agents.has(agent)
}

function receivedOf(recording: Recording): Received[] {
  return replayed(recording, startMs).flatMap(({ receivedAt, traces }) => {
    const decoded = decodeTraces(Buffer.from(JSON.stringify(traces)), 'json')
    if (!decoded.ok) throw new Error(JSON.stringify(decoded.problem))
    const { parts, rejected } = partsOf(decoded.spans, receivedAt)
    expect([...decoded.rejected, ...rejected]).toEqual([])
    return parts.map((part) => ({ part, receivedAt }))
  })
}

function tracesOf(received: readonly Received[]): Received[][] {
  return [...Map.groupBy(received, ({ part }) => part.traceId).values()]
}

function runsOf(
  recording: Recording,
  received: readonly Received[],
  isRegistered = isTrueAgent(recording),
  now = end,
): TrueRun[] {
  const runs = tracesOf(received).flatMap((trace) => assembleTrace(trace, { now, isRegistered }).runs)
  // Where the program named no conversation, some frameworks make one up.
  const isNamed = recording.truth.every(({ conversationId }) => conversationId !== null)
  return sorted(runs.map(({ run }) => shown(run, isNamed)))
}

function shown(run: Run, isConversationNamed: boolean): TrueRun {
  return {
    agent: run.agent,
    version: run.version ?? '',
    conversationId: isConversationNamed ? run.conversationId : null,
    failed: run.failed,
    cancelled: run.cancelled,
    tools: Object.fromEntries(run.tools.map(({ name, calls, failures }) => [name, [calls, failures]])),
    inputTokens: run.inputTokens,
    outputTokens: run.outputTokens,
    insideOf: run.insideOf?.agent ?? null,
  }
}

function sorted(runs: readonly TrueRun[]): TrueRun[] {
  const key = ({ tools, ...run }: TrueRun) => JSON.stringify([run, Object.entries(tools).sort()])
  return runs.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}
