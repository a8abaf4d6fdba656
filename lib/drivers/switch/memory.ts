import type { SwitchOrder, TrafficSwitch } from '#lib/ports/trafficSwitch.ts'

export interface MemorySwitch extends TrafficSwitch {
  /** Every order that came, in order. */
  readonly orders: readonly SwitchOrder[]
  /** Whether orders take; while false they come and are not in force. */
  obey(does: boolean): void
}

/** A switch that is all in memory: for tests, and to see what the others promise. */
export function memorySwitch(): MemorySwitch {
  const orders: SwitchOrder[] = []
  let inForce: SwitchOrder | null = null
  let obeys = true
  return {
    orders,
    obey(does) {
      obeys = does
    },
    async apply(order) {
      orders.push(order)
      const isOlder =
        inForce && (order.epoch < inForce.epoch || (order.epoch === inForce.epoch && order.rev < inForce.rev))
      if (obeys && !isOlder) inForce = order
    },
    async observe(order) {
      const is =
        inForce !== null &&
        (inForce.epoch > order.epoch || (inForce.epoch === order.epoch && inForce.rev >= order.rev))
      return { inForce: is, serving: is ? 1 : 0, of: 1 }
    },
  }
}
