/** What the engine needs of a policy. The same numbers give the same decisions. */

/** What a metric is about. The families with evidence give a stop its reason. */
export const families = ['errors', 'latency', 'tools', 'cost', 'quality', 'silence'] as const
export type Family = (typeof families)[number]
export type MetricFamily = Exclude<Family, 'silence'>

/** One metric as the engine reads it: it says of each run how bad it was, in [0, 1], or nothing. */
export interface MetricRule {
  /** `errors`, `score.helpful`: unique. */
  readonly id: string
  readonly family: MetricFamily
  /** The share that may be bad, in (0, 1]; null asks no question of the metric alone. */
  readonly limit: number | null
  /** What happens when a question of this metric reaches the threshold. */
  readonly asks: 'rollback' | 'approval'
  /** Whether the candidate's first runs are compared with the stable's. */
  readonly versus: boolean
  /** Whether later turns are compared too. */
  readonly later: boolean
  /** What must have been able to show before a stage opens; null when this metric closes no gate. */
  readonly gate: GateRule | null
  /** How many of the candidate's runs have to carry it; null when none has to. */
  readonly min: number | null
}

export interface GateRule {
  /** The stable's bad share where it is known beforehand; null takes it from the data. */
  readonly share: number | null
  /** A bad share that is always small enough to be left undetected; null when there is none. */
  readonly worth: number | null
}

export interface DecisionPolicy {
  readonly metrics: readonly MetricRule[]
  /** How many times the fair odds of missing runs still count as the same; null asks no `silence`. */
  readonly silence: number | null
  /** The same for `versus` and `later`. */
  readonly tolerance: number
  /** The probability that a healthy candidate is ever stopped. */
  readonly alpha: number
  readonly horizonS: number
  /** The part of the fortune that is staked at the first check. */
  readonly head: number
  /** Evidence from which a question counts as rising. */
  readonly watch: number
  readonly staleS: number
  readonly maxBlindSpot: number
}

/** Refuses numbers under which the promise would not hold: a RangeError names the field. */
export function requireSanePolicy(policy: DecisionPolicy): void {
  const ids = new Set<string>()
  for (const { id, limit, gate, min } of policy.metrics) {
    requireSane(`metrics.${id}`, id, id !== '' && !ids.has(id))
    ids.add(id)
    if (limit !== null) requireSane(`metrics.${id}.limit`, limit, limit > 0 && limit <= 1)
    if (min !== null) requireSane(`metrics.${id}.min`, min, min >= 0)
    if (gate && gate.share !== null)
      requireSane(`metrics.${id}.gate.share`, gate.share, gate.share > 0 && gate.share <= 0.5)
    if (gate && gate.worth !== null)
      requireSane(`metrics.${id}.gate.worth`, gate.worth, gate.worth > 0 && gate.worth <= 1)
  }
  if (policy.silence !== null) requireSane('silence', policy.silence, policy.silence >= 1)
  requireSane('tolerance', policy.tolerance, policy.tolerance >= 1)
  requireSane('alpha', policy.alpha, policy.alpha > 0 && policy.alpha < 1)
  requireSane('horizonS', policy.horizonS, policy.horizonS > 0)
  requireSane('head', policy.head, policy.head > 0 && policy.head <= 1)
  requireSane('watch', policy.watch, policy.watch >= 1)
  requireSane('staleS', policy.staleS, policy.staleS > 0)
  requireSane('maxBlindSpot', policy.maxBlindSpot, policy.maxBlindSpot > policy.tolerance)
}

function requireSane(field: string, value: number | string, sane: boolean): void {
  if (!sane || (typeof value === 'number' && !Number.isFinite(value)))
    throw new RangeError(`${field} is ${value}, which nothing can be judged by`)
}
