import 'server-only'
import { z } from 'zod'
import { type Actor, grantsOf, type Role, type RoleGrant, roles } from '#lib/domain/actor.ts'
import { agentNamePattern } from '#lib/domain/name.ts'
import type { Tx } from '#lib/store/transaction.ts'
import type { Context } from '../command.ts'
import { hashPassword } from '../secret.ts'

/** What every person is made of, how one is written down, and who they are as an actor. */

/** Every role there is. */
export const roleNames = Object.keys(roles) as [Role, ...Role[]]

export const password = z.string().min(12, 'at least 12 characters').max(200)
export const email = z
  .email('an e-mail address')
  .max(200)
  .transform((given) => given.toLowerCase())
export const personName = z.string().trim().min(1).max(120)

export const personFields = { email, name: personName, password }

/** Roles as they are given: each for one agent or for all. */
export const roleGrants = z
  .array(
    z.strictObject({
      role: z.enum(roleNames),
      agent: z.union([z.literal('*'), z.string().regex(agentNamePattern, 'an agent name')]),
    }),
  )
  .max(200)

export type GrantSource = 'panel' | 'oidc'

/** Writes a person down; answers with the new identity. Without a password somebody cannot sign in with one. */
export async function insertPerson(
  tx: Tx,
  person: { email: string; name: string; password: string | null; grants: readonly RoleGrant[] },
  context: Context,
  more: { source?: GrantSource; oidcIssuer?: string; oidcSubject?: string } = {},
): Promise<string> {
  const { source = 'panel', ...oidc } = more
  const id = context.newId('pe')
  await tx.person.create({
    data: {
      id,
      email: person.email,
      name: person.name,
      passwordHash: person.password === null ? null : await hashPassword(person.password),
      createdAt: context.now,
      ...oidc,
    },
  })
  await insertGrants(tx, id, person.grants, source, context)
  return id
}

/** Gives roles. One that is there already stays as it is. */
export async function insertGrants(
  tx: Tx,
  personId: string,
  grants: readonly RoleGrant[],
  source: GrantSource,
  { actor, now }: Pick<Context, 'actor' | 'now'>,
): Promise<void> {
  const rows = grants.map(({ role, agent }) => ({
    personId,
    role,
    agent,
    source,
    givenBy: actor.name,
    givenAt: now,
  }))
  await tx.roleGrant.createMany({ data: rows, skipDuplicates: true })
}

/** `on_call@support-agent`; a role for all agents is its name alone. For the record. */
export function grantWords(grants: readonly { readonly role: string; readonly agent: string }[]): string[] {
  const words = grants.map(({ role, agent }) => (agent === '*' ? role : `${role}@${agent}`))
  return [...new Set(words)].sort()
}

interface PersonRow {
  readonly id: string
  readonly name: string
  readonly grants: readonly { readonly role: string; readonly agent: string }[]
}

/** A person as an actor. A role that this version does not know gives nothing. */
export function personActor({ id, name, grants }: PersonRow): Actor {
  const known = grants.flatMap(({ role, agent }) => (isRole(role) ? [{ role, agent }] : []))
  return { kind: 'person', id, name, grants: grantsOf(known) }
}

function isRole(name: string): name is Role {
  return Object.hasOwn(roles, name)
}
