import { checkEveryMs, silentIntervals } from './pace.ts'

/** Who watches the guard: what counts as its silence, and what that freezes. */

/** How long no check may run before the guard counts as silent, in milliseconds. */
export const guardSilentMs = silentIntervals * checkEveryMs

/** Silence has to be seen for so long before anybody is called, in milliseconds: after an outage the guard needs a moment too. */
export const confirmSilenceMs = 4_000

/** When a rollout was last judged, as far as it counts for silence. */
export interface Judged {
  readonly startedAt: Date
  readonly checkedAt: Date | null
}

/** Since when nobody has judged this rollout; null while somebody does. Only of rollouts that the guard watches. */
export function unjudgedSince({ startedAt, checkedAt }: Judged, now: Date): Date | null {
  const since = checkedAt && checkedAt > startedAt ? checkedAt : startedAt
  return now.getTime() - since.getTime() > guardSilentMs ? since : null
}

/** Why nothing is promoted while nobody judges a rollout, or null. What was seen before a silence opens no gate. */
export function whyFrozen(rollout: Judged, now: Date): string | null {
  const since = unjudgedSince(rollout, now)
  if (!since) return null
  return `No guard has judged this rollout since ${since.toISOString().slice(11, 19)} UTC: promotion is frozen until one does`
}

/** What is known of the guards. */
export interface GuardFacts {
  /** The newest sign of life of any guard; null when none is known. */
  readonly heardAt: Date | null
  /** Of every rollout that has to be judged. */
  readonly watched: readonly Judged[]
}

export type GuardState =
  | { readonly kind: 'well' }
  /** No guard ever said anything, or the last one said goodbye, and no rollout waits for one. */
  | { readonly kind: 'none' }
  | { readonly kind: 'silent'; readonly since: Date }

/** How the guards are: a rollout that nobody judges counts, whatever a guard says of itself. */
export function guardState({ heardAt, watched }: GuardFacts, now: Date): GuardState {
  const unjudged = watched.map((each) => unjudgedSince(each, now)).filter((since) => since !== null)
  const unheard = heardAt && now.getTime() - heardAt.getTime() > guardSilentMs ? heardAt : null
  const since = [...unjudged, ...(unheard ? [unheard] : [])].toSorted((a, b) => a.getTime() - b.getTime())[0]
  if (since) return { kind: 'silent', since }
  return heardAt ? { kind: 'well' } : { kind: 'none' }
}
