import { bets, tilt } from './bets.ts'

/** The recursion of one question, and its alarm window: the counts since things began to look as they do. */

/** Of `n` things `x` were bad; a healthy candidate makes at most a share `p0` bad. */
export interface Term {
  readonly x: number
  readonly n: number
  readonly p0: number
}

/** What a person is told: the counts since `since` (seconds), and how many bad ones would be fair. */
export interface AlarmWindow {
  readonly since: number
  readonly x: number
  readonly n: number
  readonly expected: number
}

/** What one question carries from check to check. Plain JSON. */
export interface Evidence {
  /** The sum of the stakes so far. */
  readonly staked: number
  /** What each bet holds, in the order of `bets`. */
  readonly held: readonly number[]
  /** ln of what a bet on 1.5-fold odds has gained since the alarm window began; never below zero. */
  readonly score: number
  readonly window: AlarmWindow
  /** When the evidence of this question began, seconds; later than 0 after a person let the rollout go on. */
  readonly began: number
  /** How often it began again: each time it takes twice as much. */
  readonly restarts: number
}

/** Far below what JSON and a mean of six can hold, far above any threshold. */
const heldMax = 1e300
const windowBet = 1.5

export const noEvidence: Evidence = evidenceFrom(0, 0)

/** The evidence of a question that begins at this moment. */
export function evidenceFrom(began: number, restarts: number): Evidence {
  return {
    staked: 0,
    held: bets.map(() => 0),
    score: 0,
    window: { since: began, x: 0, n: 0, expected: 0 },
    began,
    restarts,
  }
}

/** The evidence after one more check at `at`. Without terms the stake joins, and nothing is gained or lost. */
export function weigh(before: Evidence, stake: number, terms: readonly Term[], at: number): Evidence {
  const gained = (m: number) => terms.reduce((sum, { x, n, p0 }) => sum + tilt(x, n, p0, m), 0)
  const held = bets.map((m, i) => grown((before.held[i] ?? 0) + stake, gained(m)))
  const score = before.score + gained(windowBet)
  const staked = before.staked + stake
  if (score <= 0) {
    return { ...before, staked, held, score: 0, window: { since: at, x: 0, n: 0, expected: 0 } }
  }
  const sum = (value: (term: Term) => number) => terms.reduce((total, term) => total + value(term), 0)
  const window = {
    since: before.window.since,
    x: before.window.x + sum(({ x }) => x),
    n: before.window.n + sum(({ n }) => n),
    expected: before.window.expected + sum(({ n, p0 }) => n * p0),
  }
  return { ...before, staked, held, score, window }
}

/**
 * E, an e-process: a healthy candidate ever shows 1/α or more with probability at most α (Ville 1939). Written as gains
 * over the stakes, so that a question nothing was seen of stays at exactly 1.
 */
export function evidenceOf({ held, staked }: Pick<Evidence, 'held' | 'staked'>): number {
  return 1 + held.reduce((sum, each) => sum + (each - staked) / bets.length, 0)
}

function grown(held: number, by: number): number {
  return held === 0 ? 0 : Math.min(held * Math.exp(by), heldMax)
}
