import type { Side } from '#lib/domain/observation/checkOf.ts'
import type { Use } from '#lib/domain/observation/due.ts'
import { badMetrics, scoreSaid } from '#lib/domain/observation/observation.ts'
import { type Unit, unitOf } from '#lib/domain/observation/unit.ts'
import { checkDelayMs } from '#lib/domain/pace.ts'
import type { Run as RunRow } from '#lib/store/generated/client.ts'
import { enqueue } from '#lib/store/jobs.ts'
import { type NewObservation, recordObservations } from '#lib/store/observations.ts'
import { type JoinedScore, markJoined } from '#lib/store/scores.ts'
import type { Tx } from '#lib/store/transaction.ts'
import { lockUnits, unitKey, writeUnits } from '#lib/store/units.ts'
import { type WatchedRollout, watchedRollouts } from '#lib/store/watched.ts'

/**
 * What becomes of scores whose run is known, in the transaction that found it: they are written down as the run's, and
 * the first of each name is evidence of the rollout that watches its version. A later one changes the figure on the
 * screen and is not said again.
 */
export async function observeScores(tx: Tx, joined: readonly JoinedScore[], now: Date): Promise<void> {
  await markJoined(tx, joined, now)
  const news = firstOf(joined)
  if (news.length === 0) return
  const watched = await watchedRollouts(tx, [...new Set(news.map(({ run }) => run.agent))], now)
  if (watched.size === 0) return
  const rows = await tx.run.findMany({
    where: { OR: news.map(({ run: { traceId, spanId } }) => ({ traceId, spanId })) },
  })
  const runs = new Map(rows.map((row) => [`${row.traceId}:${row.spanId}`, row]))
  const scored = news.flatMap(({ run, name, value }) => {
    const row = runs.get(`${run.traceId}:${run.spanId}`)
    const rollout = watched.get(run.agent)
    return row && rollout ? [{ row, rollout, name, value }] : []
  })
  const recorded = await recordScored(tx, scored, now)
  const rollouts = new Set(recorded.map(({ rolloutId }) => rolloutId))
  for (const rolloutId of rollouts) {
    const due = new Date(now.getTime() + checkDelayMs(false))
    await enqueue(tx, 'evaluate', { rolloutId }, { at: due, keepDue: true })
  }
}

/** Of each run and name that had none before, the newest. */
function firstOf(joined: readonly JoinedScore[]): readonly JoinedScore[] {
  const keyOf = ({ run, name }: JoinedScore) => `${run.traceId}:${run.spanId}:${name}`
  const fresh = new Set(joined.filter(({ before }) => before === null).map(keyOf))
  const newest = new Map(
    joined.filter((each) => each.isNewest && fresh.has(keyOf(each))).map((each) => [keyOf(each), each]),
  )
  return [...newest.values()]
}

interface Scored {
  readonly row: RunRow
  readonly rollout: WatchedRollout
  readonly name: string
  readonly value: number
}

async function recordScored(tx: Tx, scored: readonly Scored[], now: Date): Promise<NewObservation[]> {
  const keyed = scored.map((each) => ({ ...each, agent: each.row.agent, unit: unitOf(each.row) }))
  const units = new Map<string, Unit>(await lockUnits(tx, keyed, now))
  const observations: NewObservation[] = []
  for (const { row, rollout, name, value, agent, unit } of keyed) {
    const said = scoreSaid(name, value)
    const known = units.get(unitKey({ agent, unit }))
    const [metric = ''] = Object.keys(said.bad)
    const isSpent = row.turn !== 0 && known?.bad.includes(metric) === true
    if (known) {
      units.set(unitKey({ agent, unit }), {
        ...known,
        bad: [...new Set([...known.bad, ...badMetrics(said)])],
      })
    }
    const side = sideOf(row.version, rollout)
    if (isSpent || !side || row.turn === null || row.unitBeganAt === null) continue
    if (row.unitBeganAt < rollout.startedAt) continue
    const uses: readonly Use[] = row.turn === 0 ? ['cohort', 'limit'] : ['limit']
    observations.push(...uses.map((use) => ({ ...observed(row, rollout, side), use, said })))
  }
  await writeUnits(
    tx,
    keyed.flatMap((key) => {
      const state = units.get(unitKey(key))
      return state ? [{ agent: key.agent, unit: key.unit, state }] : []
    }),
  )
  await recordObservations(tx, observations)
  return observations
}

function sideOf(version: string, { candidate, stable }: WatchedRollout): Side | null {
  if (version === candidate) return 'candidate'
  return version === stable ? 'stable' : null
}

function observed(row: RunRow, rollout: WatchedRollout, side: Side) {
  const aheadMs = Math.max(0, row.endedAt.getTime() - row.receivedAt.getTime())
  return {
    rolloutId: rollout.id,
    side,
    turn: row.turn ?? 0,
    traceId: row.traceId,
    spanId: row.spanId,
    unitBeganAt: row.unitBeganAt?.getTime() ?? 0,
    startedAt: row.startedAt.getTime() - aheadMs,
    endedAt: row.endedAt.getTime() - aheadMs,
    receivedAt: row.receivedAt.getTime(),
    wentWrong: false,
  }
}
