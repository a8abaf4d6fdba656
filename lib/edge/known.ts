import { defaultCancelled } from '#lib/domain/policy.ts'
import type { AssemblyOptions } from '#lib/telemetry/assembleTrace.ts'
import { readAgents, readLonelyAgents } from '#lib/store/agents.ts'
import type { Tx } from '#lib/store/transaction.ts'

type Known = Required<Pick<AssemblyOptions, 'isRegistered' | 'comesAlone' | 'cancelledOf'>>

/** After so many runs in a row that waited in vain, an agent's parents are taken to be never sent. */
const vainRuns = 20
const vainSinceMs = 24 * 3_600_000
const freshMs = 5_000

/** Reads what there is to know for runs to be made of spans: which agents there are, what they call cancelled, whose parents never come. */
export function knownReader(): (tx: Tx, now: Date) => Promise<Known> {
  let lonely: ReadonlySet<string> = new Set()
  let readAt: Date | null = null
  return async (tx, now) => {
    const agents = await readAgents(tx)
    if (readAt === null || Math.abs(now.getTime() - readAt.getTime()) >= freshMs) {
      lonely = await readLonelyAgents(tx, new Date(now.getTime() - vainSinceMs), vainRuns)
      readAt = now
    }
    return {
      isRegistered: (agent) => agents.has(agent),
      comesAlone: (agent) => lonely.has(agent),
      cancelledOf: (agent) => agents.get(agent) ?? defaultCancelled,
    }
  }
}
