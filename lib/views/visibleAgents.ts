import { type Actor, agentsWhere } from '#lib/domain/actor.ts'

/** The condition that leaves only the agents this actor may see. */
export function visibleAgents(actor: Actor): { agent?: { in: string[] } } {
  const agents = agentsWhere(actor, 'view')
  return agents === '*' ? {} : { agent: { in: [...agents] } }
}
