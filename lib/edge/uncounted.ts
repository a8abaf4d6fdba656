import type { Uncounted } from '#lib/domain/uncounted.ts'
import type { RoutingTable } from '#lib/routing/table.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import type { Tx } from '#lib/store/transaction.ts'
import { addUncounted } from '#lib/store/uncounted.ts'
import type { OtlpSpan } from '#lib/telemetry/otlpSpan.ts'
import type { RunChange } from '#lib/telemetry/runChanges.ts'
import { partOf, partsOf } from '#lib/telemetry/spans.ts'
import type { EdgeGrant } from './grants.ts'

/** What this edge could not count as a version's run, for the verdict of a rollout and for whoever can mend it. */

/** Whose runs a request may be counted as missing of: agents that are registered and that its token may speak for. */
function mayBeOf(agent: string | null, table: RoutingTable | null, grant: EdgeGrant): agent is string {
  if (agent === null || table === null || !Object.hasOwn(table.agents, agent)) return false
  return grant.agents === '*' || grant.agents.includes(agent)
}

/** The runs of a request that were refused because the clock of their sender is wrong. */
export function refusedByClock(
  spans: readonly OtlpSpan[],
  receivedAt: Date,
  table: RoutingTable | null,
  grant: EdgeGrant,
): Uncounted[] {
  const nowNs = BigInt(receivedAt.getTime()) * 1_000_000n
  return spans.flatMap((span): Uncounted[] => {
    const isRefused = span.endNs >= span.startNs && partsOf([span], receivedAt).rejected.length > 0
    const part = isRefused ? partOf(span) : null
    if (part?.kind !== 'run' || !mayBeOf(part.agent, table, grant)) return []
    const cause = span.endNs > nowNs ? 'clock_ahead' : 'clock_behind'
    return [{ agent: part.agent, cause, detail: part.version ?? '', count: 1 }]
  })
}

/**
 * Notes a request that was too large to be read: of the agent that its token is for, where it is for one alone. Nobody waits
 * for it, and the sender's answer does not depend on it.
 */
export function noteTooLarge(db: PrismaClient, grant: EdgeGrant, at: Date): void {
  const [agent, another] = grant.agents === '*' ? [] : grant.agents
  if (agent === undefined || another !== undefined) return
  void addUncounted(db, [{ agent, cause: 'too_large', detail: '', count: 1 }], at).catch(() => undefined)
}

/** Notes those of these changes that are new runs which name no version, or one that is not registered. */
export async function noteUnversioned(
  db: Tx | PrismaClient,
  changes: readonly Pick<RunChange, 'kind' | 'run'>[],
  at: Date,
): Promise<void> {
  const runs = changes.flatMap(({ kind, run: { agent, version } }) =>
    kind === 'new' && agent !== null ? [{ agent, version: version ?? '' }] : [],
  )
  if (runs.length === 0) return
  const keyOf = (run: { agent: string; version: string }) => JSON.stringify([run.agent, run.version])
  const named = new Map(runs.map((run) => [keyOf(run), run]))
  const registered = await db.version.findMany({
    where: { OR: [...named.values()].map(({ agent, version }) => ({ agent, name: version })) },
    select: { agent: true, name: true },
  })
  const known = new Set(registered.map(({ agent, name }) => keyOf({ agent, version: name })))
  const rows = runs.flatMap((run): Uncounted[] => {
    if (known.has(keyOf(run))) return []
    const cause = run.version === '' ? 'no_version' : 'unknown_version'
    return [{ agent: run.agent, cause, detail: run.version, count: 1 }]
  })
  await addUncounted(db, rows, at)
}
