import type { Tx } from '#lib/store/transaction.ts'

/** The agent that a route is about; of none, where it is every agent's. */
export function subjectOf({ agent }: { readonly agent: string }): { agent?: string } {
  return agent === '*' ? {} : { agent }
}

/** The agent of a route that stands; undefined of every agent's, null where there is no such route. */
export async function routeAgent(
  tx: Tx,
  { routeId }: { routeId: string },
): Promise<string | null | undefined> {
  const route = await tx.alertRoute.findUnique({ where: { id: routeId } })
  if (!route || route.removedAt) return null
  return route.agent === '*' ? undefined : route.agent
}
