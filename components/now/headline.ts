import type { NowAgent } from '#lib/views/nowAgent.ts'

const words = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine']

/** The whole screen in one sentence. */
export function headline(agents: readonly NowAgent[]): string {
  const count = agents.filter((agent) => agent.group === 'attention').length
  if (count === 0) return 'Nothing needs you'
  return count === 1 ? 'One agent needs you' : `${words[count] ?? count} agents need you`
}

/** What makes it up, largest trouble first. */
export function lede(agents: readonly NowAgent[], openIncidents: number): string {
  const waiting = agents.filter((agent) => agent.word === 'approval').length
  const moving = agents.filter((agent) => agent.group === 'moving').length
  const parts = [
    openIncidents > 0 ? `${openIncidents} ${openIncidents === 1 ? 'incident' : 'incidents'} open` : null,
    waiting > 0 ? `${waiting} waiting for approval` : null,
    moving > 0 ? `${moving} ${moving === 1 ? 'rollout' : 'rollouts'} moving` : null,
  ].filter((part) => part !== null)
  const all = `${agents.length} ${agents.length === 1 ? 'agent' : 'agents'} in all`
  return parts.length > 0 ? `${parts.join(', ')}; ${all}.` : `No rollout is moving; ${all}.`
}
