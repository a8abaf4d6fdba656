import 'server-only'
import { writeAudit } from '#lib/store/audit.ts'
import { database } from '#lib/store/database.ts'
import { inTransaction } from '#lib/store/transaction.ts'
import { type Refusal, refuse } from '../outcome.ts'
import { isPassword } from '../secret.ts'
import { personActor } from './person.ts'
import { type Caller, findSessionActor, sessionLimits, type Surroundings } from './session.ts'
import { signInTries } from './tries.ts'

/**
 * The person behind a session proves again who they are, by password; from then on the sign-in counts as recent. Null
 * when done. Tries are counted as those of the sign-in are, and refusals are on the record.
 */
export async function stepUp(
  sessionId: string,
  password: string,
  caller: Caller,
  { db = database(), now = new Date(), limits = sessionLimits }: Surroundings = {},
): Promise<Refusal | null> {
  const session = await db.session.findUnique({
    where: { id: sessionId },
    include: { person: { include: { grants: true } } },
  })
  const open = await findSessionActor(sessionId, { db, now, limits, touch: true })
  if (!session || !open) return refuse('forbidden', 'This sign-in has ended: sign in again').refusal
  const { person } = session
  if (person.passwordHash === null) {
    return refuse('forbidden', 'There is no password to enter: sign in again at your provider').refusal
  }
  const actor = personActor(person)
  const tries = signInTries(db, { email: person.email, address: caller.address, personId: person.id }, now)
  const tooOften = await tries.take()
  if (tooOften) {
    const minutes = Math.ceil(tooOften.waitMs / 60_000)
    return refuse('not_now', `Too many tries: wait ${minutes} min`).refusal
  }
  if (!(await isPassword(password, person.passwordHash))) {
    const line = { action: 'step_up', outcome: 'refused', reason: 'wrong' }
    await inTransaction(db, (tx) => writeAudit(tx, line, actor, now))
    return refuse('forbidden', 'This is not your password').refusal
  }
  await tries.succeeded()
  await inTransaction(db, async (tx) => {
    await tx.session.updateMany({ where: { id: sessionId, endedAt: null }, data: { signedInAt: now } })
    await writeAudit(tx, { action: 'step_up', outcome: 'confirmed' }, actor, now)
  })
  return null
}
