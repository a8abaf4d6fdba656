import { z } from 'zod'
import { rehearse } from '#lib/domain/drill.ts'
import { enqueue } from '#lib/store/jobs.ts'
import { toJson } from '#lib/store/json.ts'
import { announceChange } from '#lib/store/notices.ts'
import { holdRouting, nextRevision } from '#lib/store/revision.ts'
import { command } from '../command.ts'
import { done, refuse } from '../outcome.ts'
import { livePolicy } from '../policy/keep.ts'

/**
 * Starts a drill: the policy in force is asked about made-up runs, and a revision goes out in which nothing but its
 * number is another one. The guard looks at how it arrives, and ends the drill.
 */
export const startDrill = command({
  name: 'drill.start',
  capability: 'rollout.rollback',
  input: z.strictObject({ agent: z.string() }),
  async agent(tx, { agent }) {
    return (await tx.agent.findUnique({ where: { name: agent }, select: { name: true } }))?.name ?? null
  },
  async run(tx, { agent }, { actor, now, newId }) {
    await tx.$queryRaw`SELECT name FROM agent WHERE name = ${agent} FOR UPDATE`
    const inForce = await livePolicy(tx, agent)
    if (!inForce) return refuse('not_now', 'There is no policy to rehearse: the first rollout brings one')
    if (await tx.drill.findUnique({ where: { runningKey: agent } })) {
      return refuse('exists', 'A drill of this agent is running')
    }
    const rehearsed = rehearse(inForce.policy)
    await holdRouting(tx)
    const rev = await nextRevision(tx, now)
    const drill = await tx.drill.create({
      data: {
        id: newId('dr'),
        agent,
        runningKey: agent,
        status: 'running',
        policyNumber: inForce.number,
        rehearsed: toJson(rehearsed),
        rev,
        startedAt: now,
        startedBy: { kind: actor.kind, id: actor.id, name: actor.name },
      },
    })
    await enqueue(tx, 'drill', { drillId: drill.id }, { at: now })
    await announceChange(tx, { agent })
    return done(
      { drillId: drill.id },
      {
        action: 'drill.start',
        outcome: 'running',
        agent,
        policyVersion: inForce.number,
        details: { drill: drill.id, revision: Number(rev) },
      },
    )
  },
})
