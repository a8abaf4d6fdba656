import { describe, expect, test } from 'vitest'
import { type Recording, recordings, replayed, type TrueRun } from '#lib/testing/recording.ts'
import { type Arrived, assembleTrace } from './assembleTrace.ts'
import { decodeTraces } from './otlp.ts'
import { partsOf } from './spans.ts'
import type { Received } from './tree.ts'

/**
 * Real requests of real packages (lib/testing/recording.ts), played as they came: what is counted is what happened, or
 * what can be known of it where the framework does not send it.
 */

const startMs = Date.UTC(2026, 10, 28, 12)

/** Long after everything has come, and every wait is over. */
const end = new Date(startMs + 3_600_000)

describe.each(byFramework())('%s', (_, recorded) => {
  test.each(recorded.map((recording) => [recording.situation, recording] as const))('%s', (_, recording) => {
    const { truth, known = truth } = recording
    const agents = new Set(truth.map(({ agent }) => agent))
    expect(runsOf(recording, (agent) => agents.has(agent))).toEqual(sorted(known))
  })
})

function byFramework(): [string, Recording[]][] {
  return [...Map.groupBy(recordings(), ({ framework }) => framework)].sort(([a], [b]) => (a < b ? -1 : 1))
}

function runsOf(recording: Recording, isRegistered: (agent: string) => boolean): TrueRun[] {
  const traces = Map.groupBy(receivedOf(recording), ({ part }) => part.traceId)
  const runs = [...traces.values()].flatMap((received) => {
    const assembled = assembleTrace(received, { now: end, isRegistered })
    expect(assembled.waiting).toEqual([])
    return assembled.runs
  })
  const told = new Set(recording.truth.map(({ conversationId }) => conversationId))
  return sorted(runs.map((arrived) => shown(arrived, !told.has(null))))
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

function shown({ run }: Arrived, hasConversation: boolean): TrueRun {
  return {
    agent: run.agent,
    version: run.version ?? '',
    conversationId: hasConversation ? run.conversationId : null,
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
