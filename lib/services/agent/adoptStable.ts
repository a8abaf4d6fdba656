import { z } from 'zod'
import { formatVersionRef } from '#lib/domain/name.ts'
import { announceChange } from '#lib/store/notices.ts'
import { nextRevision } from '#lib/store/revision.ts'
import { readFallback } from '#lib/store/rollouts.ts'
import { stableAdoptSchema } from '../api/schemas.ts'
import { command } from '../command.ts'
import { done, refuse, unchanged } from '../outcome.ts'

/**
 * Adopts the first stable version of an agent that has none: somebody attests, with a reason, that it is healthy. Every
 * later stable comes through a rollout.
 */
export const adoptStable = command({
  name: 'agent.adopt_stable',
  capability: 'agent.edit',
  input: stableAdoptSchema.extend({ agent: z.string() }),
  async agent(tx, input) {
    return (await tx.agent.findUnique({ where: { name: input.agent } }))?.name ?? null
  },
  async run(tx, { agent, version, reason }, { actor, now }) {
    await tx.$queryRaw`SELECT name FROM agent WHERE name = ${agent} FOR UPDATE`
    const { stableVersion } = await tx.agent.findUniqueOrThrow({ where: { name: agent } })
    if (stableVersion === version) return unchanged({ agent, version })
    if (stableVersion) {
      return refuse(
        'exists',
        `${agent} has the stable version ${stableVersion}; release ${version} as a candidate`,
      )
    }
    const candidate = await readFallback(tx, agent, version)
    if (!candidate.exists) return refuse('missing', `The version ${version} of ${agent} is not registered`)
    if (candidate.locked) return refuse('locked', `${version} is locked and may get no traffic`)

    await tx.version.update({
      where: { agent_name: { agent, name: version } },
      data: { attestedAt: now, attestedBy: actor.name },
    })
    await tx.agent.update({
      where: { name: agent },
      data: { stableVersion: version, version: { increment: 1 } },
    })
    await nextRevision(tx, now)
    await announceChange(tx, { agent })
    return done(
      { agent, version },
      {
        action: 'agent.adopt_stable',
        agent,
        outcome: 'adopted',
        toVersion: formatVersionRef({ agent, version }),
        details: { because: reason },
      },
    )
  },
})
