import { z } from 'zod'
import { systemActor } from '#lib/domain/actor.ts'
import { command, type CommandOptions } from '../command.ts'
import { done, type Outcome, refuse } from '../outcome.ts'
import { hashPassword, hashSecret } from '../secret.ts'
import { endSessionsOf } from './links.ts'
import { password } from './person.ts'

const byLink = command({
  name: 'person.set_password',
  capability: 'people.manage',
  input: z.strictObject({ token: z.string(), password }),
  agent: () => undefined,
  async run(tx, given, { now }) {
    const hash = hashSecret(given.token)
    await tx.$executeRaw`SELECT 1 FROM sign_in_link WHERE hash = ${hash} FOR UPDATE`
    const link = await tx.signInLink.findUnique({ where: { hash } })
    if (!link?.personId || link.usedAt) {
      return refuse('missing', 'This link was used already, or a newer one replaced it')
    }
    if (link.expiresAt <= now)
      return refuse('not_now', 'This link is over; ask an administrator for a new one')
    const person = await tx.person.findUnique({ where: { id: link.personId } })
    if (!person || person.disabledAt) return refuse('not_now', 'This account is disabled')

    await tx.signInLink.update({ where: { hash }, data: { usedAt: now } })
    const passwordHash = await hashPassword(given.password)
    await tx.person.update({ where: { id: person.id }, data: { passwordHash } })
    const ended = await endSessionsOf(tx, person.id, now)
    const details = { person: person.id, name: person.name, by: 'link', sessions_ended: ended }
    return done({ email: person.email }, { action: 'person.set_password', outcome: 'set', details })
  },
})

/** Sets a person's password by their one-time link, once, and ends every session they have. */
export async function setPasswordByLink(
  input: { token: string; password: string },
  options: CommandOptions = {},
): Promise<Outcome<{ email: string }>> {
  return await byLink(input, systemActor, options)
}

/** Changes one's own password, and ends one's sessions in other browsers. */
export const changePassword = command({
  name: 'person.change_password',
  capability: null,
  stepUp: true,
  input: z.strictObject({ password, keepSessionId: z.string() }),
  agent: () => undefined,
  async run(tx, given, { actor, now }) {
    const person = await tx.person.findUnique({ where: { id: actor.id } })
    if (!person) return refuse('forbidden', 'Only a person has a password')
    if (person.passwordHash === null)
      return refuse('not_now', 'You sign in elsewhere and have no password here')
    const passwordHash = await hashPassword(given.password)
    await tx.person.update({ where: { id: person.id }, data: { passwordHash } })
    const ended = await endSessionsOf(tx, person.id, now, given.keepSessionId)
    const details = { person: person.id, name: person.name, by: 'themselves', sessions_ended: ended }
    return done({}, { action: 'person.set_password', outcome: 'changed', details })
  },
})
