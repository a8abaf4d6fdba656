import { z } from 'zod'
import { command } from '../command.ts'
import { done, refuse, unchanged } from '../outcome.ts'
import { areAdministrator, hasOtherAdministrator, lastAdministrator, lockPeople } from './administrators.ts'
import { endSessionsOf } from './links.ts'

const input = z.strictObject({ personId: z.string() })

/** Lets a person in no more, from their next request on, and ends their sessions and their link. Roles are kept. */
export const disablePerson = command({
  name: 'person.disable',
  capability: 'people.manage',
  stepUp: true,
  input,
  agent: () => undefined,
  async run(tx, { personId }, { now }) {
    await lockPeople(tx)
    const person = await tx.person.findUnique({ where: { id: personId }, include: { grants: true } })
    if (!person) return refuse('missing', 'There is no such person')
    if (person.disabledAt) return unchanged({ personId })
    if (areAdministrator(person.grants) && !(await hasOtherAdministrator(tx, personId))) {
      return refuse('not_now', lastAdministrator)
    }
    await tx.person.update({ where: { id: personId }, data: { disabledAt: now } })
    await tx.signInLink.deleteMany({ where: { personId, usedAt: null } })
    const ended = await endSessionsOf(tx, personId, now)
    const details = { person: personId, name: person.name, sessions_ended: ended }
    return done({ personId }, { action: 'person.disable', outcome: 'disabled', details })
  },
})

/** Lets a disabled person in again, with the roles that they had. */
export const enablePerson = command({
  name: 'person.enable',
  capability: 'people.manage',
  stepUp: true,
  input,
  agent: () => undefined,
  async run(tx, { personId }) {
    const person = await tx.person.findUnique({ where: { id: personId } })
    if (!person) return refuse('missing', 'There is no such person')
    if (!person.disabledAt) return unchanged({ personId })
    await tx.person.update({ where: { id: personId }, data: { disabledAt: null } })
    const details = { person: personId, name: person.name }
    return done({ personId }, { action: 'person.enable', outcome: 'enabled', details })
  },
})
