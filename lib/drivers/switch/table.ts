import type { SwitchObservation, SwitchOrder, TrafficSwitch } from '#lib/ports/trafficSwitch.ts'

/** What an edge last said that it serves. */
export interface EdgeReport {
  readonly instance: string
  readonly epoch: bigint
  readonly rev: bigint
}

export interface TableSwitchParts {
  /** Tells the edges to look for a newer table. */
  announce(order: SwitchOrder): Promise<void>
  /** The edges that were alive a moment ago. */
  edges(): Promise<readonly EdgeReport[]>
}

/** Our own data plane: the table is in the database already; applying tells the edges, observing asks what they serve. */
export function tableSwitch(parts: TableSwitchParts): TrafficSwitch {
  return {
    apply: (order) => parts.announce(order),
    async observe(order): Promise<SwitchObservation> {
      const edges = await parts.edges()
      const serving = edges.filter((edge) => isAtLeast(edge, order)).length
      return { inForce: edges.length === 0 ? null : serving === edges.length, serving, of: edges.length }
    },
  }
}

function isAtLeast(edge: EdgeReport, order: SwitchOrder): boolean {
  return edge.epoch > order.epoch || (edge.epoch === order.epoch && edge.rev >= order.rev)
}
