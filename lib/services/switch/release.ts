import { switchWords } from '#lib/domain/killSwitch.ts'
import { Prisma } from '#lib/store/generated/client.ts'
import { enqueue } from '#lib/store/jobs.ts'
import { announceChange } from '#lib/store/notices.ts'
import { holdRouting, nextRevision } from '#lib/store/revision.ts'
import type { Tx } from '#lib/store/transaction.ts'
import type { Context } from '../command.ts'
import { type Done, done, type Refused, refuse } from '../outcome.ts'
import { setByOf, switchLine, type SwitchSubject } from './subject.ts'

/**
 * Lifts a deny: allowed in the next revision of the routing table, which is the only thing that lifts what instances
 * have latched. Called in the transaction of the yes of a second person; nothing else releases what a person ordered.
 */
export async function releaseSwitch(
  tx: Tx,
  { agent, name }: SwitchSubject,
  because: string,
  context: Context,
): Promise<Done<{ readonly revision: number }> | Refused> {
  const { now } = context
  await holdRouting(tx)
  const key = { agent_name: { agent, name } }
  const held = await tx.capabilityState.findUnique({ where: key })
  if (held?.state !== 'deny')
    return refuse('not_now', `${capital(switchWords({ agent, name }))} is not denied`)
  const sinceRev = await nextRevision(tx, now)
  await tx.capabilityState.update({
    where: key,
    data: {
      state: 'allow',
      sinceRev,
      reason: because,
      setBy: setByOf(context),
      setAt: now,
      incidentId: null,
      until: null,
      expiryAskedAt: null,
      acks: Prisma.DbNull,
    },
  })
  await enqueue(tx, 'acknowledge', { about: 'switch', id: agent, name }, { at: now })
  await announceChange(tx, { agent })
  const line = switchLine({ agent, name }, { because, revision: Number(sinceRev) })
  return done({ revision: Number(sinceRev) }, { action: 'capability.allow', outcome: 'allow', ...line })
}

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)
