/** Brings what was ordered into force. The order is a routing revision: it holds the whole split, so it can be repeated. */

export interface SwitchOrder {
  readonly agent: string
  readonly epoch: bigint
  readonly rev: bigint
}

/** What a switch does now, which may not be what was last asked. */
export interface SwitchObservation {
  /** Whether the order, or a newer one, is in force everywhere that can be seen; null when nothing can be seen. */
  readonly inForce: boolean | null
  /** How many of its parts serve the order, of how many that answer. */
  readonly serving: number
  readonly of: number
}

export interface TrafficSwitch {
  /** Brings the agent's split to this revision. Safe to repeat; an older revision changes nothing. */
  apply(order: SwitchOrder): Promise<void>
  /** Reads back how far this revision is in force. */
  observe(order: SwitchOrder): Promise<SwitchObservation>
}
