'use server'
import { caller, findSessionId, requireOurPages, sessionLimits } from '#lib/auth.ts'
import { createFirstAdministrator as create } from '#lib/services/people/createFirstAdministrator.ts'
import { stepUp } from '#lib/services/people/stepUp.ts'
import type { Refusal } from './refusal.ts'

/** Makes the first administrator. Nobody can be signed in yet: the one-time link is what allows it. */
export async function createFirstAdministrator(input: {
  token: string
  email: string
  name: string
  password: string
}): Promise<Refusal | null> {
  await requireOurPages()
  const { token, email, name, password } = input
  const outcome = await create({ token, email, name, password })
  return outcome.ok ? null : outcome.refusal
}

/** Proves again who is signed in, so that what takes a recent sign-in can be done. */
export async function proveAgain(password: string): Promise<Refusal | null> {
  await requireOurPages()
  const sessionId = await findSessionId()
  if (!sessionId || typeof password !== 'string') return { code: 'forbidden', because: 'Sign in first' }
  return await stepUp(sessionId, password, await caller(), { limits: sessionLimits() })
}
