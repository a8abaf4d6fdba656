import { summary } from '../summary.ts'
import { atLeast } from './binomial.ts'
import type { HealthyRow } from './healthyRows.ts'
import type { Played } from './play.ts'
import { rivals } from './rivals.ts'

/** What became of rollouts that nobody should have stopped. */

export const healthyHead = ['', 'rollouts', 'ours', ...rivals, 'not at 100 %', 'minutes to 100 %'] as const

/** A healthy candidate may be stopped so often. */
const promised = 0.01
/** What chance explains less often than this, it does not explain. */
const surprise = 0.001

const shownMax = 5

/** The stops that were wrong. */
export function wrongStops({ rightful }: HealthyRow, played: readonly Played[]): readonly Played[] {
  return played.filter(({ stop }) => stop !== null && !rightful.includes(stop.question))
}

export function healthyLine(row: HealthyRow, played: readonly Played[]): readonly string[] {
  const per = (many: number) => ((1000 * many) / played.length).toFixed(many === 0 ? 0 : 1)
  const full = played.flatMap(({ fullS }) => fullS ?? [])
  const held = played.filter(({ stop, fullS }) => stop === null && fullS === null)
  return [
    row.name,
    String(played.length),
    per(wrongStops(row, played).length),
    ...rivals.map((rival) => per(played.filter((each) => each.rivals[rival]).length)),
    String(held.length),
    full.length === 0 ? '–' : (summary(full).p50 / 60).toFixed(0),
  ]
}

/** Whether so many stops are more than the promise and chance explain. */
export function breaksPromise(row: HealthyRow, played: readonly Played[]): boolean {
  return atLeast(wrongStops(row, played).length, played.length, promised) < surprise
}

/** The first stops of a row, to be looked at: the seed, the question and its window. */
export function stopLines(row: HealthyRow, played: readonly Played[]): readonly string[] {
  const stopped = played.filter(({ stop }) => stop !== null)
  return stopped.slice(0, shownMax).flatMap(({ seed, stop }) => {
    if (!stop) return []
    const { question, at, evidence, window } = stop
    const { since, x, n, expected } = window
    const right = row.rightful.includes(question) ? ' (rightly)' : ''
    return [
      `  ${row.name}, seed ${seed}: ${question}${right} at ${at.toFixed(0)} s, evidence ${evidence.toFixed(0)}, ` +
        `${x.toFixed(1)} of ${n.toFixed(1)} since ${since.toFixed(0)} s, expected ${expected.toFixed(1)}`,
    ]
  })
}
