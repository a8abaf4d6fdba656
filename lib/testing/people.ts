import type { RoleGrant } from '#lib/domain/actor.ts'
import { createPerson } from '#lib/services/people/createPerson.ts'
import { openSession, sessionLimits, unknownCaller } from '#lib/services/people/session.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { anActor } from './builders.ts'
import { valueOf } from './installation.ts'

/** People for integration tests. */

export const goodPassword = 'correct horse battery'

/** Somebody who can sign in, with these roles. */
export async function aPerson(
  db: PrismaClient,
  name: string,
  grants: readonly RoleGrant[] = [{ role: 'viewer', agent: '*' }],
): Promise<{ personId: string; email: string }> {
  const email = `${name.toLowerCase().replaceAll(/\W+/g, '.')}@example.com`
  const input = { email, name, password: goodPassword, grants }
  const { personId } = valueOf(await createPerson(input, anActor(), { db }))
  return { personId, email }
}

/** A session of theirs, opened as a sign-in does, without the time that a password takes. */
export async function aSession(db: PrismaClient, personId: string, now = new Date()): Promise<string> {
  const proven = { id: personId, method: 'password', provenAt: now } as const
  return await db.$transaction((tx) => openSession(tx, proven, unknownCaller, now, sessionLimits))
}
