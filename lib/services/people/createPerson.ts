import { z } from 'zod'
import { command } from '../command.ts'
import { done, refuse } from '../outcome.ts'
import { grantWords, insertPerson, personFields, roleGrants } from './person.ts'

/** Makes a person with roles. One e-mail address, one person. */
export const createPerson = command({
  name: 'person.create',
  capability: 'people.manage',
  input: z.strictObject({ ...personFields, grants: roleGrants.min(1) }),
  agent: () => undefined,
  async run(tx, input, context) {
    if (await tx.person.findUnique({ where: { email: input.email } })) {
      return refuse('exists', `There is a person with the address ${input.email} already`)
    }
    const personId = await insertPerson(tx, input, context)
    const details = { person: personId, name: input.name, roles: grantWords(input.grants) }
    return done({ personId }, { action: 'person.create', outcome: 'created', details })
  },
})
