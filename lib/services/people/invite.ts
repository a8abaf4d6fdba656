import { z } from 'zod'
import { command } from '../command.ts'
import { done, refuse } from '../outcome.ts'
import { issueLink } from './links.ts'
import { email, grantWords, insertPerson, personName, roleGrants } from './person.ts'

/**
 * Makes a person with roles, and the one-time link by which they set their password. The link's secret is in the answer
 * and nowhere else. Until it is used, nobody can sign in as them.
 */
export const invitePerson = command({
  name: 'person.invite',
  capability: 'people.manage',
  stepUp: true,
  input: z.strictObject({ email, name: personName, grants: roleGrants.min(1, 'at least one role') }),
  agent: () => undefined,
  async run(tx, input, context) {
    if (await tx.person.findUnique({ where: { email: input.email } })) {
      return refuse('exists', `There is a person with the address ${input.email} already`)
    }
    const personId = await insertPerson(tx, { ...input, password: null }, context)
    const secret = await issueLink(tx, personId, context.now)
    const details = { person: personId, name: input.name, roles: grantWords(input.grants) }
    return done({ personId, secret }, { action: 'person.invite', outcome: 'invited', details })
  },
})
