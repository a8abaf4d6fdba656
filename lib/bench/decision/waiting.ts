import type { Observation } from '#lib/domain/observation/checkOf.ts'
import { type Bounds, isDue, type Use, uses } from '#lib/domain/observation/due.ts'
import { queueOf } from './queue.ts'

/** Observations in memory, as lib/store/observations.ts keeps them: each use is taken once, when it is due. */
export interface WaitingObservations {
  readonly add: (observation: Observation) => void
  readonly take: (bounds: Bounds) => readonly Observation[]
}

/** What decides when an observation is due, beside the moment its unit began. */
function keyOf({ use, startedAt, endedAt }: Observation): number {
  return use === 'cohort' ? endedAt : startedAt
}

export function waitingObservations(): WaitingObservations {
  const queues = {
    cohort: queueOf<Observation>(),
    limit: queueOf<Observation>(),
    silence: queueOf<Observation>(),
  }
  let fresh: Observation[] = []

  function takeUse(use: Use, until: number, bounds: Bounds, taken: Observation[]): void {
    const again: Observation[] = []
    while (queues[use].nextAt() <= until) {
      const next = queues[use].take()
      if (!next) break
      if (isDue(use, next, bounds)) taken.push(next)
      else again.push(next)
    }
    for (const each of again) queues[use].add(keyOf(each), each)
  }

  return {
    add: (observation) => {
      fresh.push(observation)
    },
    take: (bounds) => {
      const taken: Observation[] = []
      for (const each of fresh) {
        if (isDue(each.use, each, bounds)) taken.push(each)
        else queues[each.use].add(keyOf(each), each)
      }
      fresh = []
      const until = {
        cohort: bounds.endedBy,
        limit: bounds.matureBy,
        silence: bounds.silentBy,
      }
      for (const use of uses) takeUse(use, until[use], bounds, taken)
      return taken
    },
  }
}
