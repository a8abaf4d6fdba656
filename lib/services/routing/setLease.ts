import { z } from 'zod'
import { announceChange } from '#lib/store/notices.ts'
import { holdRouting, nextRevision } from '#lib/store/revision.ts'
import { command } from '../command.ts'
import { done, refuse, unchanged } from '../outcome.ts'

/**
 * Sets for how long an instance may draw a candidate after its last report that was heard; 0 is off. It goes out in the
 * next revision of the table. Shorter than three reports it would fence instances that are well.
 */
export const setLease = command({
  name: 'routing.lease',
  capability: 'policy.edit',
  input: z.strictObject({
    seconds: z.union([z.literal(0), z.int().min(30).max(3600)], '0 for off, or 30 to 3600'),
  }),
  agent: () => undefined,
  async run(tx, { seconds }, { now }) {
    await holdRouting(tx)
    const head = await tx.routingHead.findUnique({ where: { id: 1 } })
    if (!head) return refuse('not_now', 'There is no routing table yet: create an agent first')
    if (head.leaseMs === seconds * 1000) return unchanged({ seconds })
    await tx.routingHead.update({ where: { id: 1 }, data: { leaseMs: seconds * 1000 } })
    const revision = await nextRevision(tx, now)
    await announceChange(tx, {})
    const details = { seconds, was: head.leaseMs / 1000, revision: Number(revision) }
    return done({ seconds }, { action: 'routing.lease', outcome: 'set', details })
  },
})
