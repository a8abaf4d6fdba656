import { z } from 'zod'
import { systemActor } from '#lib/domain/actor.ts'
import { drillEveryDaysMax, nextDrillAt } from '#lib/domain/drill.ts'
import { database } from '#lib/store/database.ts'
import { announceChange } from '#lib/store/notices.ts'
import { command, type CommandOptions } from '../command.ts'
import { done, unchanged } from '../outcome.ts'
import { startDrill } from './start.ts'

/** Says when drills of an agent are held by themselves; null: they are not. */
export const scheduleDrills = command({
  name: 'drill.schedule',
  capability: 'rollout.start',
  input: z.strictObject({
    agent: z.string(),
    schedule: z
      .strictObject({
        everyDays: z.int().min(1).max(drillEveryDaysMax),
        atMinute: z
          .int()
          .min(0)
          .max(24 * 60 - 1),
      })
      .nullable(),
  }),
  async agent(tx, { agent }) {
    return (await tx.agent.findUnique({ where: { name: agent }, select: { name: true } }))?.name ?? null
  },
  async run(tx, { agent, schedule }, { now }) {
    const before = await tx.agent.findUniqueOrThrow({ where: { name: agent } })
    const after = {
      drillEveryDays: schedule?.everyDays ?? null,
      drillAtMinute: schedule?.atMinute ?? null,
    }
    const isSame =
      before.drillEveryDays === after.drillEveryDays && before.drillAtMinute === after.drillAtMinute
    if (isSame) return unchanged({ agent })
    await tx.agent.update({ where: { name: agent }, data: { ...after, drillSetAt: schedule ? now : null } })
    await announceChange(tx, { agent })
    const details = { every_days: after.drillEveryDays, at_minute: after.drillAtMinute }
    return done({ agent }, { action: 'drill.schedule', outcome: schedule ? 'set' : 'off', agent, details })
  },
})

/**
 * Starts the drills that fell due. One waits while a rollout of its agent is under way: whoever watches that should not
 * have to tell its revisions from others.
 */
export async function startDueDrills(options: CommandOptions & { now: Date }): Promise<void> {
  const db = options.db ?? database()
  const agents = await db.agent.findMany({
    where: { drillEveryDays: { not: null }, livePolicy: { not: null } },
    select: { name: true, drillEveryDays: true, drillAtMinute: true, drillSetAt: true },
  })
  for (const { name, drillEveryDays: everyDays, drillAtMinute: atMinute, drillSetAt: setAt } of agents) {
    if (everyDays === null || atMinute === null || setAt === null) continue
    const last = await db.drill.findFirst({ where: { agent: name }, orderBy: { startedAt: 'desc' } })
    if (nextDrillAt({ everyDays, atMinute, setAt }, last?.startedAt ?? null) > options.now) continue
    if (await db.rollout.findUnique({ where: { liveKey: name }, select: { id: true } })) continue
    await startDrill({ agent: name }, systemActor, options)
  }
}
