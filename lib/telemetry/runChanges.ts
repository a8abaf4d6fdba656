import { isDeepStrictEqual } from 'node:util'
import { emptyTally, mergeTallies, subtractTally, type Tally } from '#lib/domain/tally.ts'
import type { Arrived, Assembled } from './assembleTrace.ts'
import { bucketStart, tallyOf } from './bucket.ts'
import type { Run } from './run.ts'

/** A run that was counted, as it was. */
export interface CountedRun {
  readonly run: Run
  /** When its span first came; its figures are in the bucket of that moment. */
  readonly receivedAt: Date
  /** The span of the run that it turned out to be in: its own figures count no more. */
  readonly foldedInto: string | null
}

/** What became known of one run. */
export interface RunChange {
  readonly kind: 'new' | 'amended' | 'folded'
  /** As it is now; what was folded is as it was. */
  readonly run: Run
  /** As it was counted; null of a new one. */
  readonly before: Run | null
  readonly receivedAt: Date
  /** The span of the run that it is in; null of all that were not folded. */
  readonly foldedInto: string | null
}

/**
 * What differs between the runs of a trace as they are told now and those that were counted before. A run that came
 * in before `amendSince` stays as it is, for what was in it may be forgotten.
 */
export function changesOf(
  { runs, waiting, inside }: Assembled,
  counted: readonly CountedRun[],
  amendSince: Date,
): RunChange[] {
  const open = new Map(
    counted
      .filter((each) => each.foldedInto === null && each.receivedAt >= amendSince)
      .map((each) => [each.run.spanId, each]),
  )
  const known = new Set(counted.map((each) => each.run.spanId))
  const changes: RunChange[] = []
  const amend = ({ run }: Arrived) => {
    const before = open.get(run.spanId)
    if (!before || isSame(run, before.run)) return
    const { receivedAt } = before
    changes.push({ kind: 'amended', run, before: before.run, receivedAt, foldedInto: null })
  }
  for (const arrived of runs) {
    if (known.has(arrived.run.spanId)) amend(arrived)
    else changes.push({ kind: 'new', ...arrived, before: null, foldedInto: null })
  }
  // Counted alone once, and since then an ancestor is missing again: it stays counted.
  for (const arrived of waiting) amend(arrived)
  for (const { spanId, into } of inside) {
    const before = open.get(spanId)
    if (!before) continue
    const { run, receivedAt } = before
    changes.push({ kind: 'folded', run, before: run, receivedAt, foldedInto: into })
  }
  return changes
}

/** The rollout is on no run that was counted, so it is not compared. */
function isSame(a: Run, b: Run): boolean {
  return isDeepStrictEqual({ ...a, rolloutId: null }, { ...b, rolloutId: null })
}

/** By how much these changes change each bucket. */
export function bucketChanges(
  changes: readonly RunChange[],
): { agent: string; version: string; startAt: Date; tally: Tally }[] {
  const buckets = new Map<string, { agent: string; version: string; startAt: Date; tally: Tally }>()
  const change = (run: Run, receivedAt: Date, by: (sum: Tally, of: Tally) => Tally) => {
    const startAt = bucketStart(receivedAt)
    const { agent, version } = run
    const key = JSON.stringify([agent, version, startAt.getTime()])
    const before = buckets.get(key)?.tally ?? emptyTally
    buckets.set(key, { agent, version: version ?? '', startAt, tally: by(before, tallyOf(run)) })
  }
  for (const { kind, run, before, receivedAt } of changes) {
    if (before) change(before, receivedAt, subtractTally)
    if (kind !== 'folded') change(run, receivedAt, mergeTallies)
  }
  return [...buckets.values()]
}
