import { everyAgent } from '#lib/domain/killSwitch.ts'
import type { Tx } from './transaction.ts'

/** What changed, told to everyone who listens once the transaction is there. The listeners read the rest themselves. */
export interface Change {
  readonly agent?: string
  readonly rollout?: string
  readonly incident?: string
}

/**
 * PostgreSQL's channels: `routing` carries the new revision, `change` what a screen may have to read again, `demo` that
 * something else is asked for of the demo.
 */
export const channels = {
  routing: 'switchback_routing',
  change: 'switchback_change',
  demo: 'switchback_demo',
} as const

/** Tells the panels what changed. What is about every agent names none. */
export async function announceChange(tx: Tx, { agent, ...rest }: Change): Promise<void> {
  const change = agent === undefined || agent === everyAgent ? rest : { agent, ...rest }
  await tx.$executeRaw`SELECT pg_notify(${channels.change}, ${JSON.stringify(change)})`
}

/** Tells the edges that there is a newer table. */
export async function announceRouting(tx: Tx, revision: { epoch: bigint; rev: bigint }): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${channels.routing}, ${`${revision.epoch}.${revision.rev}`})`
}

/** Tells the launcher to look what is asked for of the demo, and the panels. */
export async function announceDemo(tx: Tx): Promise<void> {
  await tx.$executeRaw`SELECT pg_notify(${channels.demo}, '')`
  await announceChange(tx, {})
}
