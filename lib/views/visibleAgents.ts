import type { Actor } from '#lib/domain/actor.ts'

/** The condition that leaves only the agents this actor may touch. */
export function visibleAgents(actor: Actor): { agent?: { in: string[] } } {
  return actor.agents === '*' ? {} : { agent: { in: [...actor.agents] } }
}
