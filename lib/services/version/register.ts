import { z } from 'zod'
import { formatVersionRef } from '#lib/domain/name.ts'
import type { Prisma } from '#lib/store/generated/client.ts'
import { announceChange } from '#lib/store/notices.ts'
import { isLocked } from '#lib/store/rollouts.ts'
import { versionRegisterSchema } from '../api/schemas.ts'
import { command } from '../command.ts'
import { done, refuse, unchanged } from '../outcome.ts'
import { digestOf } from './digest.ts'

/**
 * Registers one immutable release. The same name with the same content answers as before; with another content it is
 * refused. A content that is locked is locked under every name.
 */
export const registerVersion = command({
  name: 'version.register',
  capability: 'version.register',
  input: versionRegisterSchema.extend({ agent: z.string() }),
  async agent(tx, input) {
    return (await tx.agent.findUnique({ where: { name: input.agent } }))?.name ?? null
  },
  async run(tx, { agent, version, manifest }, { actor, now }) {
    const digest = digestOf(manifest)
    await tx.$queryRaw`SELECT name FROM agent WHERE name = ${agent} FOR UPDATE`
    const locked = await isLocked(tx, agent, digest)
    const before = await tx.version.findUnique({ where: { agent_name: { agent, name: version } } })
    if (before && before.digest !== digest) {
      return refuse(
        'exists',
        `${formatVersionRef({ agent, version })} is registered with ${before.digest}; a version does not change`,
      )
    }
    if (before) return unchanged({ agent, version, digest, locked, created: false })

    const kept = JSON.parse(JSON.stringify(manifest)) as Prisma.InputJsonObject
    await tx.version.create({
      data: {
        agent,
        name: version,
        digest,
        manifest: kept,
        createdAt: now,
        createdBy: actor.name,
        createdById: actor.id,
      },
    })
    await announceChange(tx, { agent })
    return done(
      { agent, version, digest, locked, created: true },
      {
        action: 'version.register',
        agent,
        outcome: 'registered',
        toVersion: formatVersionRef({ agent, version }),
        details: { digest, locked },
      },
    )
  },
})
