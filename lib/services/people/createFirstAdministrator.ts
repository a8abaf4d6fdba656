import { z } from 'zod'
import { systemActor } from '#lib/domain/actor.ts'
import { command, type CommandOptions } from '../command.ts'
import { done, type Outcome, refuse } from '../outcome.ts'
import { hashSecret } from '../secret.ts'
import { insertPerson, personFields } from './person.ts'

const first = command({
  name: 'person.create_first',
  capability: 'people.manage',
  input: z.strictObject({ ...personFields, token: z.string() }),
  agent: () => undefined,
  async run(tx, { token, ...person }, context) {
    const link = await tx.$queryRaw<{ expires_at: Date; used_at: Date | null }[]>`
      SELECT expires_at, used_at FROM sign_in_link
      WHERE hash = ${hashSecret(token)} AND person_id IS NULL FOR UPDATE`
    const row = link[0]
    if (!row || row.used_at)
      return refuse('missing', 'This link was used already, or a newer one replaced it')
    if (row.expires_at <= context.now)
      return refuse('not_now', 'This link is over; restart Switchback for a new one')
    if ((await tx.person.count()) > 0) return refuse('not_now', 'There is an administrator already; sign in')

    await tx.signInLink.update({ where: { hash: hashSecret(token) }, data: { usedAt: context.now } })
    const personId = await insertPerson(
      tx,
      { ...person, grants: [{ role: 'administrator', agent: '*' }] },
      context,
    )
    const details = { person: personId, name: person.name, roles: ['administrator'] }
    return done({ personId }, { action: 'person.create', outcome: 'created', details })
  },
})

/** Makes the first administrator, by the one-time link that the terminal printed. Works once. */
export async function createFirstAdministrator(
  input: { token: string; email: string; name: string; password: string },
  options: CommandOptions = {},
): Promise<Outcome<{ personId: string }>> {
  return await first(input, systemActor, options)
}
