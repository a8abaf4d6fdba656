import { z } from 'zod'
import { command } from '../command.ts'
import { done, refuse, unchanged } from '../outcome.ts'

/** A member of a Slack workspace: `U012ABCDEF`, from their profile. */
export const slackUserId = z
  .string()
  .trim()
  .regex(/^[UW][A-Z0-9]{6,20}$/, 'a member ID of Slack, as in U012ABCDEF')

/** Says whose buttons in Slack count as this person's; null: nobody's. One account belongs to one person. */
export const setSlackUser = command({
  name: 'person.set_slack_user',
  capability: 'people.manage',
  stepUp: true,
  input: z.strictObject({ personId: z.string(), slackUserId: slackUserId.nullable() }),
  agent: () => undefined,
  async run(tx, input) {
    const person = await tx.person.findUnique({ where: { id: input.personId } })
    if (!person) return refuse('missing', 'There is no such person')
    if (person.slackUserId === input.slackUserId) return unchanged({ personId: person.id })
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('person.set_slack_user', 0))`
    const holder = input.slackUserId
      ? await tx.person.findUnique({ where: { slackUserId: input.slackUserId } })
      : null
    if (holder) return refuse('exists', `This Slack account belongs to ${holder.name} already`)
    await tx.person.update({ where: { id: person.id }, data: { slackUserId: input.slackUserId } })
    return done(
      { personId: person.id },
      {
        action: 'person.set_slack_user',
        outcome: 'changed',
        details: {
          person: person.id,
          name: person.name,
          before: person.slackUserId,
          after: input.slackUserId,
        },
      },
    )
  },
})
