import 'server-only'
import type { Actor } from '#lib/domain/actor.ts'
import { writeAudit } from '#lib/store/audit.ts'
import { database } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { inTransaction } from '#lib/store/transaction.ts'
import { hashPassword, isPassword } from '../secret.ts'
import { personActor } from './person.ts'
import { type Caller, openSession, sessionLimits, type Surroundings, unknownCaller } from './session.ts'
import { signInTries } from './tries.ts'

export type SignedIn =
  | { readonly ok: true; readonly sessionId: string; readonly name: string; readonly email: string }
  | { readonly ok: false; readonly because: 'wrong' }
  /** Too many tries: nothing was looked at. */
  | { readonly ok: false; readonly because: 'too_often'; readonly waitMs: number }

/**
 * Signs in by e-mail address and password. Whoever it is and whether they exist, a refusal is the same, takes as long
 * and counts as much; it is on the record.
 */
export async function signIn(
  given: { readonly email: string; readonly password: string },
  caller: Caller = unknownCaller,
  { db = database(), now = new Date(), limits = sessionLimits }: Surroundings = {},
): Promise<SignedIn> {
  const email = given.email.trim().toLowerCase()
  const person = await db.person.findUnique({ where: { email }, include: { grants: true } })
  const actor = person ? personActor(person) : nobody
  const tries = signInTries(db, { email, address: caller.address, personId: person?.id ?? null }, now)
  const tooOften = await tries.take()
  if (tooOften) {
    if (tooOften.isFirst) await recordRefusal(db, actor, 'too_often', caller, now)
    return { ok: false, because: 'too_often', waitMs: tooOften.waitMs }
  }
  const fits = await isPassword(given.password, person?.passwordHash ?? (await unknownHash()))
  if (!person || !person.passwordHash || !fits || person.disabledAt) {
    await recordRefusal(db, actor, 'wrong', caller, now)
    return { ok: false, because: 'wrong' }
  }
  await tries.succeeded()
  const sessionId = await inTransaction(db, async (tx) => {
    const proven = { id: person.id, method: 'password', provenAt: now } as const
    const id = await openSession(tx, proven, caller, now, limits)
    const details = { method: 'password', ...addressOf(caller) }
    await writeAudit(tx, { action: 'sign_in', outcome: 'signed_in', details }, actor, now)
    return id
  })
  return { ok: true, sessionId, name: person.name, email: person.email }
}

const nobody: Actor = { kind: 'person', id: 'unknown', name: 'somebody unknown', grants: [] }

function addressOf({ address }: Caller): { address?: string } {
  return address === null ? {} : { address }
}

async function recordRefusal(
  db: PrismaClient,
  actor: Actor,
  reason: 'wrong' | 'too_often',
  caller: Caller,
  now: Date,
): Promise<void> {
  const line = { action: 'sign_in', outcome: 'refused', reason, details: addressOf(caller) }
  await inTransaction(db, (tx) => writeAudit(tx, line, actor, now))
}

let kept: Promise<string> | undefined
/** A hash to try against when nobody has the address, so that the answer takes as long. */
function unknownHash(): Promise<string> {
  kept ??= hashPassword('nobody has this address')
  return kept
}
