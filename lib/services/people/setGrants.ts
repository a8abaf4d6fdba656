import { z } from 'zod'
import { command } from '../command.ts'
import { done, refuse, unchanged } from '../outcome.ts'
import { areAdministrator, hasOtherAdministrator, lastAdministrator, lockPeople } from './administrators.ts'
import { grantWords, insertGrants, roleGrants } from './person.ts'

/**
 * Gives a person these roles in place of those that they were given here; what their groups give them stays. Holds from
 * their next request on. The last administrator stays one.
 */
export const setGrants = command({
  name: 'person.set_roles',
  capability: 'people.manage',
  stepUp: true,
  input: z.strictObject({ personId: z.string(), grants: roleGrants }),
  agent: () => undefined,
  async run(tx, { personId, grants }, context) {
    await lockPeople(tx)
    const person = await tx.person.findUnique({ where: { id: personId }, include: { grants: true } })
    if (!person) return refuse('missing', 'There is no such person')
    const given = person.grants.filter((grant) => grant.source === 'panel')
    const [before, after] = [grantWords(given), grantWords(grants)]
    if (JSON.stringify(before) === JSON.stringify(after)) return unchanged({ personId })

    const left = [...grants, ...person.grants.filter((grant) => grant.source !== 'panel')]
    const loses = areAdministrator(person.grants) && !areAdministrator(left)
    if (loses && !(await hasOtherAdministrator(tx, personId))) return refuse('not_now', lastAdministrator)

    const removed = given.filter(
      (old) => !grants.some(({ role, agent }) => role === old.role && agent === old.agent),
    )
    for (const { role, agent } of removed) {
      await tx.roleGrant.deleteMany({ where: { personId, role, agent, source: 'panel' } })
    }
    await insertGrants(tx, personId, grants, 'panel', context)
    const details = { person: personId, name: person.name, before, after }
    return done({ personId }, { action: 'person.set_roles', outcome: 'changed', details })
  },
})
