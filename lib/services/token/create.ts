import { z } from 'zod'
import { type Scope, scopes } from '#lib/domain/actor.ts'
import { agentNamePattern } from '#lib/domain/name.ts'
import { command } from '../command.ts'
import { done, refuse } from '../outcome.ts'
import { insertToken } from './insert.ts'

const scopeNames = Object.keys(scopes) as [Scope, ...Scope[]]

/** Makes an API token. Its secret is in the answer and nowhere else; only its hash is kept. */
export const createToken = command({
  name: 'token.create',
  capability: 'token.manage',
  stepUp: true,
  input: z.strictObject({
    name: z.string().trim().min(1).max(80),
    agents: z
      .array(z.union([z.literal('*'), z.string().regex(agentNamePattern, 'an agent name')]))
      .min(1, 'at least one agent'),
    scopes: z.array(z.enum(scopeNames)).min(1, 'at least one scope'),
    expiresAt: z.coerce.date().optional(),
  }),
  agent: () => undefined,
  async run(tx, { expiresAt = null, ...input }, context) {
    if (expiresAt && expiresAt <= context.now) return refuse('bad_input', 'The token would be over already')
    const made = await insertToken(tx, { ...input, expiresAt }, context)
    const details = {
      token: made.id,
      name: input.name,
      agents: input.agents,
      scopes: input.scopes,
      expires_at: expiresAt?.toISOString() ?? null,
    }
    return done(made, { action: 'token.create', outcome: 'created', details })
  },
})
