import { z } from 'zod'
import { onUnknownOf, planEngage, switchWords } from '#lib/domain/killSwitch.ts'
import { Prisma } from '#lib/store/generated/client.ts'
import { enqueue } from '#lib/store/jobs.ts'
import { announceChange } from '#lib/store/notices.ts'
import { holdRouting, nextRevision } from '#lib/store/revision.ts'
import { command } from '../command.ts'
import { type Done, done, type Refused, refuse, type Unchanged, unchanged } from '../outcome.ts'
import { setByOf, switchAgent, switchLine, switchSubject } from './subject.ts'

/** How long a deny may be set to wait before it asks whether it is still needed. */
const askAfterMaxMs = 30 * 86_400_000

const engageInput = z.strictObject({
  ...switchSubject.shape,
  reason: z.string().trim().max(2000).optional(),
  /** When it asks whether it is still needed; it never lifts by itself. Left out: it does not ask. */
  askAt: z.iso.datetime().optional(),
})

/** What engaging answers: how it stands now, and whether it stood so before. */
export interface Engaged {
  readonly agent: string
  readonly name: string
  readonly state: 'deny'
  /** The revision of the table that denies it. */
  readonly revision: number
  readonly alreadyDenied: boolean
}

type EngageResult = Done<Engaged> | Unchanged<Engaged> | Refused

/**
 * Engages a kill switch: the capability is denied in the next revision of the routing table, for one agent or for all.
 * Engaged again it answers as it stands. What the policy denied for the time of a rollback becomes the order of whoever
 * engages it: recovery does not lift it any more.
 */
export const engageSwitch = command({
  name: 'switch.engage',
  capability: 'switch.engage',
  input: engageInput,
  agent: switchAgent,
  async run(tx, { agent, name, reason, askAt }, context): Promise<EngageResult> {
    const { now } = context
    const until = askAt === undefined ? null : new Date(askAt)
    if (until && (until <= now || until.getTime() - now.getTime() > askAfterMaxMs)) {
      return refuse('bad_input', 'The moment to ask has to be in the next 30 days')
    }
    await holdRouting(tx)
    const key = { agent_name: { agent, name } }
    const held = await tx.capabilityState.findUnique({ where: key })
    const plan = planEngage(
      held && {
        state: held.state === 'deny' ? 'deny' : 'allow',
        incidentId: held.incidentId,
        untilMs: msOf(held.until),
      },
      msOf(until),
    )
    const answer = (sinceRev: bigint, alreadyDenied: boolean) =>
      ({ agent, name, state: 'deny', revision: Number(sinceRev), alreadyDenied }) as const
    if (plan === 'nothing') return unchanged(answer(held?.sinceRev ?? 0n, true))

    const sinceRev = plan === 'engage' ? await nextRevision(tx, now) : (held?.sinceRev ?? 0n)
    const because = reason || `${context.actor.name} stopped ${switchWords({ agent, name })}`
    const data = {
      state: 'deny',
      onUnknown: onUnknownOf(name),
      sinceRev,
      reason: because,
      setBy: setByOf(context),
      setAt: plan === 'engage' ? now : (held?.setAt ?? now),
      incidentId: null,
      until,
      expiryAskedAt: null,
      ...(plan === 'engage' ? { acks: Prisma.DbNull } : {}),
    }
    await tx.capabilityState.upsert({ where: key, create: { agent, name, ...data }, update: data })
    await enqueue(tx, 'acknowledge', { about: 'switch', id: agent, name }, { at: now })
    if (until) await enqueue(tx, 'expire', { agent, name }, { at: until })
    await announceChange(tx, { agent })
    const line = switchLine(
      { agent, name },
      { because, revision: Number(sinceRev), plan, ...(until ? { ask_at: until.toISOString() } : {}) },
    )
    return done(answer(sinceRev, plan !== 'engage'), {
      action: 'capability.deny',
      outcome: 'deny',
      ...line,
    })
  },
})

const msOf = (date: Date | null) => date?.getTime() ?? null
