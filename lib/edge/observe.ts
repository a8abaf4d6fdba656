import type { Side } from '#lib/domain/observation/checkOf.ts'
import { usesOf } from '#lib/domain/observation/due.ts'
import {
  badMetrics,
  type ObservedRun,
  type Said,
  saidOf,
  without,
  worsened,
} from '#lib/domain/observation/observation.ts'
import { placeInUnit, type Place, type Unit, unitOf, withoutRun } from '#lib/domain/observation/unit.ts'
import { checkDelayMs } from '#lib/domain/pace.ts'
import { defaultPolicy } from '#lib/domain/policy.ts'
import type { Run } from '#lib/telemetry/run.ts'
import type { RunChange } from '#lib/telemetry/runChanges.ts'
import { enqueue } from '#lib/store/jobs.ts'
import { placeRuns, readPlaces, type RunPlace } from '#lib/store/newRuns.ts'
import {
  forgetObservations,
  type NewObservation,
  recordArrivals,
  recordObservations,
  restateObservations,
  waitingOf,
} from '#lib/store/observations.ts'
import type { Tx } from '#lib/store/transaction.ts'
import { lockUnits, type UnitKey, unitKey, writeUnits } from '#lib/store/units.ts'
import { type WatchedRollout, watchedRollouts } from '#lib/store/watched.ts'

/** A run as far as it can be evidence: its identity, what served it, what it belongs to, how it went. */
interface ObservableRun extends ObservedRun {
  readonly traceId: string
  readonly spanId: string
  readonly agent: string
  readonly version: string
  /** What the split drew by. */
  readonly unit: string
  readonly isRetry: boolean
  readonly receivedAt: number
}

/**
 * Leaves what runs say with the rollouts that watch their versions, and makes the next checks due. In the transaction that
 * counts the runs: what is counted once is observed once.
 */
export async function observe(tx: Tx, changes: readonly RunChange[], now: Date): Promise<void> {
  const known = changes.filter(({ run }) => run.version !== null)
  if (known.length === 0) return
  const watched = await watchedRollouts(tx, [...new Set(known.map(({ run }) => run.agent))], now)
  const fresh = known
    .filter(({ kind }) => kind === 'new')
    .map(({ run, receivedAt }) => observable(run, receivedAt))
  const amended = known.filter(({ kind }) => kind === 'amended')
  const folded = known.filter(({ kind }) => kind === 'folded')
  const unsaid = await forgetObservations(
    tx,
    folded.map(({ run }) => run),
  )
  const released = folded
    .filter(({ run }) => unsaid.has(`${run.traceId}:${run.spanId}`))
    .map(({ run, receivedAt }) => observable(run, receivedAt))
  const recorded = [
    ...(await recordFresh(tx, { fresh, released }, watched, now)),
    ...(await amendAll(tx, amended, watched)),
  ]
  await recordObservations(tx, recorded)
  await recordArrivals(tx, arrivalsOf(fresh, watched))
  await makeDue(tx, fresh, recorded, watched, now)
}

/** By our clock: a run has not ended after it came, whatever its sender's clock says. */
function observable(run: Run, receivedAt: Date): ObservableRun {
  const aheadMs = Math.max(0, run.endedAt.getTime() - receivedAt.getTime())
  return {
    traceId: run.traceId,
    spanId: run.spanId,
    agent: run.agent,
    version: run.version ?? '',
    unit: unitOf(run),
    isRetry: run.retryOf !== null,
    receivedAt: receivedAt.getTime(),
    startedAt: run.startedAt.getTime() - aheadMs,
    endedAt: run.endedAt.getTime() - aheadMs,
    latencyMs: run.latencyMs,
    failed: run.failed,
    cancelled: run.cancelled,
    tools: run.tools,
    costUsd: run.costUsd,
    costUncachedUsd: run.costUncachedUsd,
    attributes: run.attributes,
  }
}

type Watched = ReadonlyMap<string, WatchedRollout>

function sideOf(run: ObservableRun, rollout: WatchedRollout | undefined): Side | null {
  if (run.version === rollout?.candidate) return 'candidate'
  return run.version === rollout?.stable ? 'stable' : null
}

/** `released` are no runs of their own any more and have said nothing: each gives up its place in its conversation. */
async function recordFresh(
  tx: Tx,
  {
    fresh,
    released,
  }: { readonly fresh: readonly ObservableRun[]; readonly released: readonly ObservableRun[] },
  watched: Watched,
  now: Date,
): Promise<readonly NewObservation[]> {
  if (fresh.length + released.length === 0) return []
  const known = new Map<string, Unit>(await lockUnits(tx, [...fresh, ...released], now))
  const keys = new Map<string, UnitKey>()
  for (const run of released) {
    const unit = known.get(unitKey(run))
    if (!unit) continue
    known.set(unitKey(run), withoutRun(unit))
    keys.set(unitKey(run), run)
  }
  const observations: NewObservation[] = []
  const places: { readonly run: ObservableRun; readonly place: Place }[] = []
  for (const run of fresh.toSorted((a, b) => a.startedAt - b.startedAt)) {
    const rollout = watched.get(run.agent)
    const said = saidOf(run, rollout?.policy ?? defaultPolicy)
    const key = unitKey(run)
    const { version, startedAt, isRetry } = run
    const placed = placeInUnit(known.get(key) ?? null, { version, startedAt, isRetry, bad: badMetrics(said) })
    known.set(key, placed.unit)
    keys.set(key, run)
    const side = sideOf(run, rollout)
    if (!placed.place || !rollout || !side || placed.place.beganAt < rollout.startedAt.getTime()) continue
    places.push({ run, place: placed.place })
    const { turn, beganAt, spent } = placed.place
    const left = without(said, spent)
    const wentWrong = badMetrics(left).length > 0
    for (const use of usesOf(turn)) {
      observations.push({
        ...observationOf(run, rollout, side),
        use,
        turn,
        unitBeganAt: beganAt,
        wentWrong,
        said: left,
      })
    }
  }
  await writeUnits(
    tx,
    [...keys].flatMap(([key, { agent, unit }]) => {
      const state = known.get(key)
      return state ? [{ agent, unit, state }] : []
    }),
  )
  await placeRuns(
    tx,
    places.map(({ run, place }) => ({ ...run, turn: place.turn, unitBeganAt: place.beganAt })),
  )
  return observations
}

function observationOf(run: ObservableRun, rollout: WatchedRollout, side: Side) {
  const { traceId, spanId, startedAt, endedAt, receivedAt } = run
  return { rolloutId: rollout.id, side, traceId, spanId, startedAt, endedAt, receivedAt }
}

/** What became bad is bad as evidence from then on, once: where it waits, there; where it was taken, as said anew. */
async function amendAll(
  tx: Tx,
  changes: readonly RunChange[],
  watched: Watched,
): Promise<readonly NewObservation[]> {
  const places = await readPlaces(
    tx,
    changes.map(({ run }) => run),
  )
  const again: NewObservation[] = []
  for (const change of changes) {
    const place = places.get(`${change.run.traceId}:${change.run.spanId}`)
    if (place) again.push(...(await amend(tx, change, place, watched)))
  }
  return again
}

async function amend(
  tx: Tx,
  { run: now, before, receivedAt }: RunChange,
  place: RunPlace,
  watched: Watched,
): Promise<readonly NewObservation[]> {
  const run = observable(now, receivedAt)
  const rollout = watched.get(run.agent)
  const side = sideOf(run, rollout)
  if (!rollout || !side || !before || place.unitBeganAt < rollout.startedAt.getTime()) return []
  const was = saidOf(observable(before, receivedAt), rollout.policy)
  const is = saidOf(run, rollout.policy)
  const waiting = await waitingOf(tx, run)
  await restateObservations(
    tx,
    waiting.map((each) => {
      const said = restated(each.said, was, is)
      return { id: each.id, said, wentWrong: badMetrics(said).length > 0 }
    }),
  )
  const worse = worsened(was, is)
  if (!worse) return []
  return usesOf(place.turn)
    .filter((use) => use !== 'silence' && !waiting.some((each) => each.use === use))
    .map((use) => ({
      ...observationOf(run, rollout, side),
      use,
      turn: place.turn,
      unitBeganAt: place.unitBeganAt,
      wentWrong: true,
      said: worse,
    }))
}

/** What waits, with the new figures; what an earlier run of its conversation had said stays out of it. */
function restated(held: Said, was: Said, is: Said): Said {
  const spent = Object.keys(was.bad).filter((id) => !(id in held.bad))
  return without(is, spent)
}

function arrivalsOf(fresh: readonly ObservableRun[], watched: Watched) {
  return [...watched.values()].flatMap((rollout) => {
    const of = (side: Side) =>
      fresh.filter((run) => run.agent === rollout.agent && sideOf(run, rollout) === side).length
    return (['candidate', 'stable'] as const)
      .map((side) => ({ rolloutId: rollout.id, side, runs: of(side) }))
      .filter(({ runs }) => runs > 0)
  })
}

async function makeDue(
  tx: Tx,
  fresh: readonly ObservableRun[],
  recorded: readonly NewObservation[],
  watched: Watched,
  now: Date,
): Promise<void> {
  for (const rollout of watched.values()) {
    const wentWrong = recorded.some(
      (each) => each.rolloutId === rollout.id && each.side === 'candidate' && each.wentWrong,
    )
    const came = fresh.some((run) => run.agent === rollout.agent && sideOf(run, rollout) !== null)
    if (!wentWrong && !came) continue
    const due = new Date(now.getTime() + checkDelayMs(wentWrong))
    await enqueue(tx, 'evaluate', { rolloutId: rollout.id }, { at: due, keepDue: !wentWrong })
  }
}
