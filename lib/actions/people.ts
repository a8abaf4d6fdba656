'use server'
import { createFirstAdministrator as create } from '#lib/services/people/createFirstAdministrator.ts'
import type { Refusal } from './refusal.ts'

/** Makes the first administrator. Nobody can be signed in yet: the one-time link is what allows it. */
export async function createFirstAdministrator(input: {
  token: string
  email: string
  name: string
  password: string
}): Promise<Refusal | null> {
  const { token, email, name, password } = input
  const outcome = await create({ token, email, name, password })
  return outcome.ok ? null : outcome.refusal
}
