'use server'
import { revalidatePath } from 'next/cache'
import { requireActor } from '#lib/auth.ts'
import type { Scope } from '#lib/domain/actor.ts'
import { paths } from '#lib/paths.ts'
import { createToken as create } from '#lib/services/token/create.ts'
import { revokeToken as revoke } from '#lib/services/token/revoke.ts'
import { rotateToken as rotate } from '#lib/services/token/rotate.ts'
import type { Refusal } from './refusal.ts'

/** A new token, shown once; or why there is none. */
export type TokenMade =
  | { readonly ok: true; readonly token: string }
  | { readonly ok: false; readonly refusal: Refusal }

/** `expiresInDays` null: it does not end by itself. */
export async function createToken(input: {
  name: string
  agents: readonly string[]
  scopes: readonly Scope[]
  expiresInDays: number | null
}): Promise<TokenMade> {
  const actor = await requireActor()
  const { expiresInDays, ...rest } = input
  const expiresAt = expiresInDays === null ? {} : { expiresAt: new Date(Date.now() + expiresInDays * dayMs) }
  return made(await create({ ...rest, ...expiresAt }, actor))
}

const dayMs = 86_400_000

export async function rotateToken(tokenId: string, overlapMinutes: number): Promise<TokenMade> {
  return made(await rotate({ tokenId, overlapMinutes }, await requireActor()))
}

export async function revokeToken(tokenId: string): Promise<Refusal | null> {
  const outcome = await revoke({ tokenId }, await requireActor())
  if (!outcome.ok) return outcome.refusal
  revalidatePath(paths.settings.tokens())
  return null
}

function made(outcome: { ok: true; value: { token: string } } | { ok: false; refusal: Refusal }): TokenMade {
  if (!outcome.ok) return outcome
  revalidatePath(paths.settings.tokens())
  return { ok: true, token: outcome.value.token }
}
