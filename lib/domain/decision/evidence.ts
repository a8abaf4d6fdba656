import { bets, tilt } from './bets.ts'

/** The recursion of one question, and its story: the counts since things began to look as they do. */

/** Of `n` things `x` were bad; a healthy candidate makes at most a share `p0` bad. */
export interface Votes {
  readonly x: number
  readonly n: number
  readonly p0: number
}

/** What a person is told: the counts since `since` (seconds), and how many bad ones would be fair. */
export interface Story {
  readonly since: number
  readonly x: number
  readonly n: number
  readonly expected: number
}

/** What one question carries from check to check. Plain JSON. */
export interface Evidence {
  /** What each bet holds, in the order of `bets`. */
  readonly wealth: readonly number[]
  /** ln of what a bet on 1.5-fold odds has gained since the story began; never below zero. */
  readonly score: number
  readonly story: Story
}

/** Far below what JSON and a mean of six can hold, far above any bar. */
const wealthMax = 1e300
const storyBet = 1.5

export const noEvidence: Evidence = {
  wealth: bets.map(() => 0),
  score: 0,
  story: { since: 0, x: 0, n: 0, expected: 0 },
}

/** The evidence after one more check at `at`. Without votes the stake joins, and nothing is gained or lost. */
export function weigh(before: Evidence, stake: number, votes: Votes | null, at: number): Evidence {
  const { x, n, p0 } = votes ?? { x: 0, n: 0, p0: 0 }
  const wealth = bets.map((m, i) => grown((before.wealth[i] ?? 0) + stake, tilt(x, n, p0, m)))
  const score = before.score + tilt(x, n, p0, storyBet)
  if (score <= 0) return { wealth, score: 0, story: { since: at, x: 0, n: 0, expected: 0 } }

  const story = before.story
  return {
    wealth,
    score,
    story: { since: story.since, x: story.x + x, n: story.n + n, expected: story.expected + p0 * n },
  }
}

/**
 * E, an e-process: a healthy candidate ever shows 1/α or more with probability at most α (Ville 1939). `staked` is
 * the sum of the stakes so far; written as gains over it, so that a question nobody voted on stays at exactly 1.
 */
export function evidenceOf(wealth: readonly number[], staked: number): number {
  return 1 + wealth.reduce((sum, held) => sum + (held - staked) / bets.length, 0)
}

function grown(held: number, by: number): number {
  return held === 0 ? 0 : Math.min(held * Math.exp(by), wealthMax)
}
