import { z } from 'zod'
import { incidentAgent } from '../../incident/review.ts'
import { findLock, unlockVersion } from '../../version/unlock.ts'
import { approvalKind } from '../kind.ts'

/** Letting a stopped content have traffic again, after the incident was reviewed. */
export const unlockKind = approvalKind<{ incidentId: string }>({
  input: z.strictObject({ incidentId: z.string() }),
  askCapability: 'version.unlock',
  stepUp: true,
  agent: incidentAgent,
  async seen(tx, { incidentId }) {
    const found = await findLock(tx, incidentId)
    if ('kind' in found) return found
    const { lock, names } = found
    const [review, reviews] = await Promise.all([
      tx.incidentReview.findFirstOrThrow({ where: { incidentId }, orderBy: { at: 'desc' } }),
      tx.incidentReview.count({ where: { incidentId } }),
    ])
    const version = await tx.version.findFirst({ where: { agent: lock.agent, name: lock.versionName } })
    return {
      subject: lock.id,
      incidentId,
      title: `Unlock ${lock.versionName}`,
      state: { lock: lock.id, reviews },
      evidence: [
        `Locked for ${lock.reason} by ${lock.lockedBy}`,
        `The review: the stop was ${review.verdict}; cause: ${review.cause}`,
        review.whatHappened,
        `What changes: ${review.whatChanges}`,
      ],
      before: `${names.join(', ')} may get no traffic`,
      after: `${names.join(', ')} may be released again, from its first stage`,
      involvedIds: version?.createdById ? [version.createdById] : [],
    }
  },
  execute: (tx, { incidentId }, context) =>
    unlockVersion(tx, { incidentId, reason: context.approval.reason }, context),
})
