import { z } from 'zod'
import { command } from '../command.ts'
import { done, refuse, unchanged } from '../outcome.ts'
import { endSessionsOf } from './links.ts'

/** Ends every session of a person: each of their browsers has to sign in again at its next request. */
export const endSessions = command({
  name: 'person.end_sessions',
  capability: 'people.manage',
  stepUp: true,
  input: z.strictObject({ personId: z.string() }),
  agent: () => undefined,
  async run(tx, { personId }, { now }) {
    const person = await tx.person.findUnique({ where: { id: personId } })
    if (!person) return refuse('missing', 'There is no such person')
    const ended = await endSessionsOf(tx, personId, now)
    if (ended === 0) return unchanged({ ended })
    const details = { person: personId, name: person.name, sessions_ended: ended }
    return done({ ended }, { action: 'person.end_sessions', outcome: 'ended', details })
  },
})

/** Ends one's own sessions: one of them, or all, this one included. */
export const endOwnSessions = command({
  name: 'session.end',
  capability: null,
  input: z.strictObject({ sessionId: z.string().optional() }),
  agent: () => undefined,
  async run(tx, { sessionId }, { actor, now }) {
    const ended = await tx.session.updateMany({
      where: { personId: actor.id, endedAt: null, ...(sessionId === undefined ? {} : { id: sessionId }) },
      data: { endedAt: now },
    })
    if (ended.count === 0) return unchanged({ ended: 0 })
    const details = { sessions_ended: ended.count, everywhere: sessionId === undefined ? 'yes' : 'no' }
    return done({ ended: ended.count }, { action: 'session.end', outcome: 'ended', details })
  },
})
