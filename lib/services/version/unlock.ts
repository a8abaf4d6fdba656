import { formatVersionRef } from '#lib/domain/name.ts'
import type { Lock } from '#lib/store/generated/client.ts'
import { announceChange } from '#lib/store/notices.ts'
import { nextRevision } from '#lib/store/revision.ts'
import type { Tx } from '#lib/store/transaction.ts'
import type { Context } from '../command.ts'
import { type Done, done, type Refused, refuse } from '../outcome.ts'

/** The lock that an incident put on a content and that still holds, with the names it goes by; why there is none. */
export async function findLock(
  tx: Tx,
  incidentId: string,
): Promise<{ lock: Lock; names: string[] } | Refused> {
  const lock = await tx.lock.findFirst({ where: { incidentId, holdsKey: { not: null } } })
  if (!lock) return refuse('not_now', 'Nothing is locked by this incident any more')
  const reviews = await tx.incidentReview.count({ where: { incidentId } })
  if (reviews === 0)
    return refuse('not_now', 'The incident has to be reviewed before its candidate is unlocked')
  const versions = await tx.version.findMany({
    where: { agent: lock.agent, digest: lock.digest },
    select: { name: true },
  })
  return { lock, names: versions.map((version) => version.name) }
}

/** Unlocks the content of a reviewed incident, under every name. The caller has seen to the second person. */
export async function unlockVersion(
  tx: Tx,
  { incidentId, reason }: { incidentId: string; reason: string },
  { actor, now }: Context,
): Promise<Done<{ names: readonly string[] }> | Refused> {
  const found = await findLock(tx, incidentId)
  if ('kind' in found) return found
  const { lock, names } = found
  const released = await tx.lock.updateMany({
    where: { id: lock.id, holdsKey: { not: null } },
    data: { holdsKey: null, releasedAt: now, releasedBy: actor.name, releaseReason: reason },
  })
  if (released.count === 0) return refuse('stale', 'Somebody unlocked it meanwhile')
  await nextRevision(tx, now)
  await announceChange(tx, { agent: lock.agent, incident: incidentId })
  return done(
    { names },
    {
      action: 'version.unlock',
      outcome: 'unlocked',
      agent: lock.agent,
      incident: incidentId,
      fromVersion: formatVersionRef({ agent: lock.agent, version: lock.versionName }),
      details: { digest: lock.digest, names, because: reason },
    },
  )
}
