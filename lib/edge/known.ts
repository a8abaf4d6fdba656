import type { AssemblyOptions } from '#lib/telemetry/assembleTrace.ts'
import { readAgentNames } from '#lib/store/agents.ts'
import type { Tx } from '#lib/store/transaction.ts'

/** What there is to know for runs to be made of spans: which agents there are. */
export async function readKnown(tx: Tx): Promise<Pick<AssemblyOptions, 'isRegistered'>> {
  const agents = await readAgentNames(tx)
  return { isRegistered: (agent) => agents.has(agent) }
}
