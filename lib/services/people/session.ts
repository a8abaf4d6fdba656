import 'server-only'
import type { Actor } from '#lib/domain/actor.ts'
import { writeAudit } from '#lib/store/audit.ts'
import { database } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { inTransaction, type Tx } from '#lib/store/transaction.ts'
import { randomId } from '../command.ts'
import { personActor } from './person.ts'

/** A signed-in browser. Its row is read at every request, so what was taken away is gone at the next one. */

/** How long a session lasts: without an act of its person, and at most. */
export interface SessionLimits {
  readonly idleMs: number
  readonly wholeMs: number
}

export const sessionLimits: SessionLimits = { idleMs: 30 * 60_000, wholeMs: 12 * 3_600_000 }

export interface Surroundings {
  readonly db?: PrismaClient
  readonly now?: Date
  readonly limits?: SessionLimits
}

/** What a browser shows of itself when it signs in. */
export interface Caller {
  readonly address: string | null
  readonly browser: string | null
}

export const unknownCaller: Caller = { address: null, browser: null }

/** How often an act of a person is written down. */
const touchEveryMs = 60_000

/** Opens a session; answers with its id. `provenAt` is when the person proved who they are. */
export async function openSession(
  tx: Tx,
  person: { readonly id: string; readonly method: 'password' | 'oidc'; readonly provenAt: Date },
  { address, browser }: Caller,
  now: Date,
  limits: SessionLimits,
): Promise<string> {
  const id = randomId('se')
  await tx.session.create({
    data: {
      id,
      personId: person.id,
      method: person.method,
      createdAt: now,
      signedInAt: person.provenAt,
      lastSeenAt: now,
      endsAt: new Date(now.getTime() + limits.wholeMs),
      address,
      browser: browser?.slice(0, 300) ?? null,
    },
  })
  return id
}

/**
 * The person behind a session now; null when the session or the person has ended, or nobody did anything for too long.
 * `touch`: this request is an act of the person, not of a page that reads by itself.
 */
export async function findSessionActor(
  sessionId: string,
  {
    db = database(),
    now = new Date(),
    limits = sessionLimits,
    touch = false,
  }: Surroundings & { touch?: boolean } = {},
): Promise<Actor | null> {
  const session = await db.session.findUnique({
    where: { id: sessionId },
    include: { person: { include: { grants: true } } },
  })
  if (!session || session.endedAt || session.endsAt <= now || session.person.disabledAt) return null
  const silentMs = now.getTime() - session.lastSeenAt.getTime()
  if (silentMs >= limits.idleMs || now.getTime() - session.createdAt.getTime() >= limits.wholeMs) return null
  if (touch && silentMs >= touchEveryMs) {
    await db.session.updateMany({ where: { id: sessionId, endedAt: null }, data: { lastSeenAt: now } })
  }
  return { ...personActor(session.person), signedInAt: session.signedInAt }
}

/** Ends a session. Ending it again changes nothing. */
export async function signOut(
  sessionId: string,
  { db = database(), now = new Date() }: Surroundings = {},
): Promise<void> {
  const session = await db.session.findUnique({
    where: { id: sessionId },
    include: { person: { include: { grants: true } } },
  })
  if (!session) return
  await inTransaction(db, async (tx) => {
    const ended = await tx.session.updateMany({
      where: { id: sessionId, endedAt: null },
      data: { endedAt: now },
    })
    if (ended.count === 0) return
    await writeAudit(tx, { action: 'sign_out', outcome: 'signed_out' }, personActor(session.person), now)
  })
}
