'use server'
import { revalidatePath } from 'next/cache'
import { requireActor } from '#lib/auth.ts'
import { paths } from '#lib/paths.ts'
import { adoptStable } from '#lib/services/agent/adoptStable.ts'
import { registerAgent } from '#lib/services/agent/register.ts'
import { createToken } from '#lib/services/token/create.ts'
import { registerVersion } from '#lib/services/version/register.ts'
import type { Refusal } from './refusal.ts'
import type { TokenMade } from './tokens.ts'

const dayMs = 86_400_000
const tokenDays = 90

/** Registers the agent where it is not, and makes a token with which it sends runs and asks for its version. */
export async function connectAgent(agent: string): Promise<TokenMade> {
  const actor = await requireActor()
  const token = await createToken(
    {
      name: `connects ${String(agent)}`.slice(0, 80),
      agents: [agent],
      scopes: ['telemetry', 'evaluate'],
      expiresAt: new Date(Date.now() + tokenDays * dayMs),
    },
    actor,
  )
  // First, because it may ask for the password: then nothing is half done.
  if (!token.ok) return token
  const registered = await registerAgent({ agent }, actor)
  if (!registered.ok) return registered
  revalidatePath(paths.now(), 'layout')
  return { ok: true, token: token.value.token }
}

/** Adopts the version that runs now; registers it before when `manifest` says what it is made of. */
export async function adoptVersion(
  agent: string,
  version: string,
  manifest: unknown,
  reason: string,
): Promise<Refusal | null> {
  const actor = await requireActor()
  if (manifest !== null) {
    const registered = await registerVersion({ agent, version, manifest }, actor)
    if (!registered.ok) return registered.refusal
  }
  const adopted = await adoptStable({ agent, version, reason }, actor)
  return adopted.ok ? null : adopted.refusal
}

export async function registerCandidate(
  agent: string,
  version: string,
  manifest: unknown,
): Promise<Refusal | null> {
  const outcome = await registerVersion({ agent, version, manifest }, await requireActor())
  return outcome.ok ? null : outcome.refusal
}
