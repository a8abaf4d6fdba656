import 'server-only'
import { type GroupRule, grantsOfGroups } from '#lib/domain/groupRules.ts'
import type { Actor, RoleGrant } from '#lib/domain/actor.ts'
import { writeAudit } from '#lib/store/audit.ts'
import { database } from '#lib/store/database.ts'
import { inTransaction, type Tx } from '#lib/store/transaction.ts'
import { randomId } from '../command.ts'
import { areAdministrator, hasOtherAdministrator, lockPeople } from './administrators.ts'
import { grantWords, insertGrants, insertPerson, personActor } from './person.ts'
import { type Caller, openSession, sessionLimits, type Surroundings } from './session.ts'

/** What a provider says of somebody; its signature was checked before. */
export interface OidcClaims {
  readonly issuer: string
  readonly subject: string
  readonly email: string | null
  readonly emailVerified: boolean
  readonly name: string | null
  readonly groups: readonly string[]
  /** When the person proved there who they are; null when the provider does not say. */
  readonly provenAt: Date | null
}

export type SignedInByOidc =
  | { readonly ok: true; readonly sessionId: string; readonly name: string; readonly email: string }
  | { readonly ok: false; readonly because: 'no_email' | 'linked_elsewhere' | 'disabled' | 'no_role' }

interface Given {
  readonly claims: OidcClaims
  readonly rules: readonly GroupRule[]
  readonly caller: Caller
  /** The session that this browser had before; ended when it is the same person's. */
  readonly replaces: string | null
}

type Person = NonNullable<Awaited<ReturnType<typeof findLinked>>>

/**
 * Lets somebody in by what an OpenID provider says of them. They are known by issuer and subject; the first time, by
 * an e-mail address that the provider has verified. Their groups give roles in place of those that groups gave before,
 * also when that leaves none and the door stays shut. Without word of when they proved who they are, the sign-in
 * counts as old: what takes a recent one is refused.
 */
export async function signInByOidc(
  given: Given,
  { db = database(), now = new Date(), limits = sessionLimits }: Surroundings = {},
): Promise<SignedInByOidc> {
  const { claims, caller } = given
  return await inTransaction(db, async (tx): Promise<SignedInByOidc> => {
    await lockPeople(tx)
    const refuse = async (
      because: Exclude<SignedInByOidc, { ok: true }>['because'],
      actor = stranger(claims),
    ) => {
      const line = { action: 'sign_in', outcome: 'refused', reason: because, details: detailsOf(given) }
      await writeAudit(tx, line, actor, now)
      return { ok: false, because } as const
    }
    if (!claims.email || !claims.emailVerified) return await refuse('no_email')
    const grants = grantsOfGroups(given.rules, claims.groups)
    const found = (await findLinked(tx, claims)) ?? (await findByEmail(tx, claims.email))
    if (found?.oidcSubject && !isSame(found, claims))
      return await refuse('linked_elsewhere', personActor(found))
    if (found?.disabledAt) return await refuse('disabled', personActor(found))
    if (!found && grants.length === 0) return await refuse('no_role')

    const person = found ? await link(tx, found, claims, now) : await create(tx, claims, grants, now)
    await replaceGrants(tx, person, grants, now)
    const held = await findLinked(tx, claims)
    if (!held || held.grants.length === 0) return await refuse('no_role', personActor(person))

    await tx.session.updateMany({
      where: { id: given.replaces ?? '', personId: held.id, endedAt: null },
      data: { endedAt: now },
    })
    const proven = { id: held.id, method: 'oidc', provenAt: provenAt(claims, now) } as const
    const sessionId = await openSession(tx, proven, caller, now, limits)
    const line = { action: 'sign_in', outcome: 'signed_in', details: detailsOf(given) }
    await writeAudit(tx, line, personActor(held), now)
    return { ok: true, sessionId, name: held.name, email: held.email }
  })
}

async function findLinked(tx: Tx, { issuer, subject }: OidcClaims) {
  return await tx.person.findUnique({
    where: { oidcIssuer_oidcSubject: { oidcIssuer: issuer, oidcSubject: subject } },
    include: { grants: true },
  })
}

async function findByEmail(tx: Tx, email: string) {
  return await tx.person.findUnique({ where: { email: email.toLowerCase() }, include: { grants: true } })
}

function isSame(person: Person, { issuer, subject }: OidcClaims): boolean {
  return person.oidcIssuer === issuer && person.oidcSubject === subject
}

async function link(tx: Tx, person: Person, claims: OidcClaims, now: Date): Promise<Person> {
  if (isSame(person, claims)) return person
  const linked = { oidcIssuer: claims.issuer, oidcSubject: claims.subject }
  await tx.person.update({ where: { id: person.id }, data: linked })
  const details = { person: person.id, name: person.name, issuer: claims.issuer }
  await writeAudit(tx, { action: 'person.link', outcome: 'linked', details }, personActor(person), now)
  return { ...person, ...linked }
}

async function create(tx: Tx, claims: OidcClaims, grants: readonly RoleGrant[], now: Date): Promise<Person> {
  const email = (claims.email ?? '').toLowerCase()
  const name = claims.name?.trim().slice(0, 120) || email
  const context = { actor: stranger(claims), now, newId: randomId }
  const linked = { source: 'oidc', oidcIssuer: claims.issuer, oidcSubject: claims.subject } as const
  const id = await insertPerson(tx, { email, name, password: null, grants }, context, linked)
  const details = { person: id, name, roles: grantWords(grants), issuer: claims.issuer }
  await writeAudit(tx, { action: 'person.create', outcome: 'created', details }, stranger(claims), now)
  const made = await findLinked(tx, claims)
  if (!made) throw new Error('The person who was just made is not there')
  return made
}

/** The last administrator who is one by groups stays one: else nobody could let anybody in any more. */
async function replaceGrants(tx: Tx, person: Person, wanted: readonly RoleGrant[], now: Date): Promise<void> {
  const old = person.grants.filter(({ source }) => source === 'oidc')
  const left = [...wanted, ...person.grants.filter(({ source }) => source !== 'oidc')]
  const loses = areAdministrator(person.grants) && !areAdministrator(left)
  const keeps = loses && !(await hasOtherAdministrator(tx, person.id))
  const grants: RoleGrant[] = keeps ? [...wanted, { role: 'administrator', agent: '*' }] : [...wanted]
  const [before, after] = [grantWords(old), grantWords(grants)]
  if (JSON.stringify(before) === JSON.stringify(after)) return
  const gone = old.filter(
    (grant) => !grants.some(({ role, agent }) => role === grant.role && agent === grant.agent),
  )
  for (const { role, agent } of gone) {
    await tx.roleGrant.deleteMany({ where: { personId: person.id, role, agent, source: 'oidc' } })
  }
  await insertGrants(tx, person.id, grants, 'oidc', {
    actor: { ...personActor(person), name: 'groups' },
    now,
  })
  const kept = keeps ? { kept: 'administrator: nobody else is one' } : {}
  const details = { person: person.id, name: person.name, before, after, by: 'groups', ...kept }
  await writeAudit(tx, { action: 'person.set_roles', outcome: 'changed', details }, personActor(person), now)
}

function stranger({ name, email }: OidcClaims): Actor {
  return { kind: 'person', id: 'unknown', name: name ?? email ?? 'somebody unknown', grants: [] }
}

function detailsOf({ claims, caller }: Given): Readonly<Record<string, string>> {
  return { method: 'oidc', issuer: claims.issuer, ...(caller.address ? { address: caller.address } : {}) }
}

/** Never later than now, whatever a provider's clock says. */
function provenAt({ provenAt: said }: OidcClaims, now: Date): Date {
  if (!said) return new Date(0)
  return said < now ? said : now
}
