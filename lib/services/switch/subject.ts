import { z } from 'zod'
import { agentNamePattern } from '#lib/domain/name.ts'
import { everyAgent, switchNamePattern } from '#lib/domain/killSwitch.ts'
import type { Tx } from '#lib/store/transaction.ts'
import type { Context } from '../command.ts'

/** Which switch a request is about: an agent or every agent (`*`), and one of its capabilities. */
export const switchSubject = z.strictObject({
  agent: z.union([
    z.literal(everyAgent),
    z.string().regex(agentNamePattern, 'an agent, or * for every agent'),
  ]),
  name: z.string().regex(switchNamePattern, 'writes, agent, tool:<name> or tool:*'),
})
export type SwitchSubject = z.infer<typeof switchSubject>

/** The agent that a command about a switch concerns, as `command` asks: null when there is no such agent. */
export async function switchAgent(tx: Tx, { agent }: SwitchSubject): Promise<string | null | undefined> {
  if (agent === everyAgent) return undefined
  return (await tx.agent.findUnique({ where: { name: agent }, select: { name: true } }))?.name ?? null
}

/** What every line about a switch names. */
export function switchLine({ agent, name }: SwitchSubject, details: Readonly<Record<string, unknown>> = {}) {
  return {
    agent,
    details: { capability: name, scope: agent === everyAgent ? 'every agent' : agent, ...details },
  }
}

/** Who ordered it, as it is kept with the order. */
export function setByOf({ actor }: Context) {
  return { kind: actor.kind, id: actor.id, name: actor.name }
}
