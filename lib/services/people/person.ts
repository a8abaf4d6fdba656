import 'server-only'
import { z } from 'zod'
import { type Role, roles } from '#lib/domain/actor.ts'
import type { Tx } from '#lib/store/transaction.ts'
import type { Context } from '../command.ts'
import { hashPassword } from '../secret.ts'

/** What every person is made of, and how one is written down. */

/** Every role there is. */
export const roleNames = Object.keys(roles) as [Role, ...Role[]]

export const personFields = {
  email: z
    .email('an e-mail address')
    .max(200)
    .transform((email) => email.toLowerCase()),
  name: z.string().trim().min(1).max(120),
  password: z.string().min(12, 'at least 12 characters').max(200),
}

/** Writes a person down; answers with the new identity. */
export async function insertPerson(
  tx: Tx,
  person: { email: string; name: string; password: string; roles: Role[] },
  { now, newId }: Context,
): Promise<string> {
  const id = newId('pe')
  await tx.person.create({
    data: {
      id,
      email: person.email,
      name: person.name,
      passwordHash: await hashPassword(person.password),
      roles: person.roles,
      createdAt: now,
    },
  })
  return id
}
