import 'server-only'
import { type Actor, capabilitiesOf, type Role } from '#lib/domain/actor.ts'
import { writeAudit } from '#lib/store/audit.ts'
import { database } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { inTransaction } from '#lib/store/transaction.ts'
import { randomId } from '../command.ts'
import { hashPassword, isPassword } from '../secret.ts'

/** A signed-in browser. Its row is read at every request, so what was taken away is gone at the next one. */

const sessionMs = 12 * 3_600_000

interface Surroundings {
  readonly db?: PrismaClient
  readonly now?: Date
}

/** Signs in by e-mail address and password; null when they do not fit. Both ways take the same time and are recorded. */
export async function signIn(
  email: string,
  password: string,
  { db = database(), now = new Date() }: Surroundings = {},
): Promise<{ sessionId: string; name: string; email: string } | null> {
  const person = await db.person.findUnique({ where: { email: email.trim().toLowerCase() } })
  const fits = await isPassword(password, person?.passwordHash ?? (await unknownHash()))
  if (!person || !fits || person.disabledAt) {
    await recordSignIn(db, person ? actorOf(person) : nobody, 'refused', now)
    return null
  }
  const sessionId = randomId('se')
  await inTransaction(db, async (tx) => {
    await tx.session.create({
      data: {
        id: sessionId,
        personId: person.id,
        createdAt: now,
        lastSeenAt: now,
        endsAt: new Date(now.getTime() + sessionMs),
      },
    })
    await writeAudit(tx, { action: 'sign_in', outcome: 'signed_in' }, actorOf(person), now)
  })
  return { sessionId, name: person.name, email: person.email }
}

/** The person behind a session now; null when the session or the person has ended. */
export async function findSessionActor(
  sessionId: string,
  { db = database(), now = new Date() }: Surroundings = {},
): Promise<Actor | null> {
  const session = await db.session.findUnique({ where: { id: sessionId }, include: { person: true } })
  if (!session || session.endedAt || session.endsAt <= now || session.person.disabledAt) return null
  return { ...actorOf(session.person), signedInAt: session.createdAt }
}

/** Ends a session. Ending it again changes nothing. */
export async function signOut(
  sessionId: string,
  { db = database(), now = new Date() }: Surroundings = {},
): Promise<void> {
  const actor = await findSessionActor(sessionId, { db, now })
  if (!actor) return
  await inTransaction(db, async (tx) => {
    const ended = await tx.session.updateMany({
      where: { id: sessionId, endedAt: null },
      data: { endedAt: now },
    })
    if (ended.count > 0) await writeAudit(tx, { action: 'sign_out', outcome: 'signed_out' }, actor, now)
  })
}

const nobody: Actor = {
  kind: 'person',
  id: 'unknown',
  name: 'somebody unknown',
  grants: [],
}

function actorOf(person: { id: string; name: string; roles: string[] }): Actor {
  return {
    kind: 'person',
    id: person.id,
    name: person.name,
    grants: [{ agents: '*', capabilities: capabilitiesOf(person.roles as Role[]) }],
  }
}

async function recordSignIn(db: PrismaClient, actor: Actor, outcome: string, now: Date): Promise<void> {
  await inTransaction(db, (tx) => writeAudit(tx, { action: 'sign_in', outcome }, actor, now))
}

let kept: Promise<string> | undefined
/** A hash to try against when nobody has the address, so that the answer takes as long. */
function unknownHash(): Promise<string> {
  kept ??= hashPassword('nobody has this address')
  return kept
}
