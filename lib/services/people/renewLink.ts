import { z } from 'zod'
import { command } from '../command.ts'
import { done, refuse } from '../outcome.ts'
import { issueLink } from './links.ts'

/**
 * A new one-time link for somebody who lost theirs, or forgot their password: it ends the link before it. The password
 * that they have goes on working until the link is used.
 */
export const renewLink = command({
  name: 'person.renew_link',
  capability: 'people.manage',
  stepUp: true,
  input: z.strictObject({ personId: z.string() }),
  agent: () => undefined,
  async run(tx, { personId }, { now }) {
    const person = await tx.person.findUnique({ where: { id: personId } })
    if (!person) return refuse('missing', 'There is no such person')
    if (person.disabledAt) return refuse('not_now', `${person.name} is disabled: enable them first`)
    if (person.oidcSubject)
      return refuse('not_now', `${person.name} signs in elsewhere and has no password here`)
    const secret = await issueLink(tx, personId, now)
    const details = { person: personId, name: person.name }
    return done({ secret }, { action: 'person.renew_link', outcome: 'issued', details })
  },
})
