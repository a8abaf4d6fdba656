import { z } from 'zod'
import { type Scope, scopes } from '#lib/domain/actor.ts'
import { agentNamePattern } from '#lib/domain/name.ts'
import { command } from '../command.ts'
import { done } from '../outcome.ts'
import { hashSecret, newSecret } from '../secret.ts'

/** What every API token begins with, so that a secret scanner knows one. */
export const tokenPrefix = 'swb_'

const scopeNames = Object.keys(scopes) as [Scope, ...Scope[]]

/** Makes an API token. Its secret is in the answer and nowhere else; only its hash is kept. */
export const createToken = command({
  name: 'token.create',
  capability: 'token.manage',
  input: z.strictObject({
    name: z.string().trim().min(1).max(80),
    agents: z.array(z.union([z.literal('*'), z.string().regex(agentNamePattern, 'an agent name')])).min(1),
    scopes: z.array(z.enum(scopeNames)).min(1),
    expiresAt: z.coerce.date().optional(),
  }),
  agent: () => undefined,
  async run(tx, input, { actor, now, newId }) {
    const secret = newSecret(tokenPrefix)
    const id = newId('tk')
    await tx.apiToken.create({
      data: {
        id,
        name: input.name,
        prefix: secret.slice(0, tokenPrefix.length + 6),
        hash: hashSecret(secret),
        agents: input.agents,
        scopes: input.scopes,
        createdAt: now,
        createdBy: actor.name,
        expiresAt: input.expiresAt ?? null,
      },
    })
    return done(
      { id, token: secret },
      {
        action: 'token.create',
        outcome: 'created',
        details: { token: id, name: input.name, agents: input.agents, scopes: input.scopes },
      },
    )
  },
})
