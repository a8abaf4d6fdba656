import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { may, needsStepUp } from '#lib/domain/actor.ts'
import { readGroupRules } from '#lib/domain/groupRules.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { openInstallation } from '#lib/testing/installation.ts'
import { aPerson } from '#lib/testing/people.ts'
import { findSessionActor, unknownCaller } from './session.ts'
import { type OidcClaims, signInByOidc } from './signInByOidc.ts'

/** Signing in by what a provider says: known by issuer and subject, roles by groups, nothing taken on trust. */

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())

const now = new Date('2026-11-24T09:00:00Z')
const rules = readGroupRules('sre=on_call@a1,sre=viewer,admins=administrator') ?? []
const claim = (subject: string, more: Partial<OidcClaims> = {}): OidcClaims => ({
  issuer: 'https://id.example.com',
  subject,
  email: `${subject}@example.com`,
  emailVerified: true,
  name: subject,
  groups: ['sre'],
  provenAt: now,
  ...more,
})
const enter = (claims: OidcClaims, replaces: string | null = null, db = house.db) =>
  signInByOidc({ claims, rules, caller: unknownCaller, replaces }, { db, now })
async function actorOf(claims: OidcClaims) {
  const signed = await enter(claims)
  const actor = signed.ok ? await findSessionActor(signed.sessionId, { db: house.db, now }) : null
  if (!actor) throw new Error(`not let in: ${JSON.stringify(signed)}`)
  return actor
}

test('groups give their roles at each sign-in, in place of those that groups gave before', async () => {
  const first = await actorOf(claim('ana'))
  expect([may(first, 'rollout.rollback', 'a1'), may(first, 'rollout.rollback', 'a2')]).toEqual([true, false])
  const later = await actorOf(claim('ana', { groups: ['admins', 'others'] }))
  expect(later.id).toBe(first.id)
  expect(may(later, 'people.manage')).toBe(true)
  const held = await house.db.roleGrant.findMany({ where: { personId: first.id } })
  expect(held.map(({ role, source }) => `${role} ${source}`)).toEqual(['administrator oidc'])
})

test('a role that an administrator gave stays, whatever the groups say', async () => {
  const { personId, email } = await aPerson(house.db, 'Bea', [{ role: 'auditor', agent: '*' }])
  const actor = await actorOf(claim('bea', { email, groups: [] }))
  expect(actor.id).toBe(personId)
  expect(may(actor, 'audit.read')).toBe(true)
})

test('nobody without a role is let in, and who has lost the last one has lost it', async () => {
  expect(await enter(claim('cid', { groups: [] }))).toEqual({ ok: false, because: 'no_role' })
  expect(await house.db.person.count({ where: { email: 'cid@example.com' } })).toBe(0)
  const { id } = await actorOf(claim('dan'))
  expect(await enter(claim('dan', { groups: [] }))).toEqual({ ok: false, because: 'no_role' })
  expect(await house.db.roleGrant.count({ where: { personId: id } })).toBe(0)
})

describe('an account is not taken over', () => {
  test('by an e-mail address that the provider does not vouch for', async () => {
    const { email } = await aPerson(house.db, 'Eva', [{ role: 'administrator', agent: '*' }])
    for (const unsure of [{ emailVerified: false }, { email: null }]) {
      const claims = claim('thief', { email, ...unsure })
      expect(await enter(claims)).toEqual({ ok: false, because: 'no_email' })
    }
  })

  test('by another subject with the same address, nor by the same subject of another issuer', async () => {
    await actorOf(claim('fin'))
    const email = 'fin@example.com'
    expect(await enter(claim('fin2', { email }))).toEqual({ ok: false, because: 'linked_elsewhere' })
    const elsewhere = claim('fin', { issuer: 'https://evil.example.com' })
    expect(await enter(elsewhere)).toEqual({ ok: false, because: 'linked_elsewhere' })
  })

  test('that is disabled', async () => {
    const { id } = await actorOf(claim('gus'))
    await house.db.person.update({ where: { id }, data: { disabledAt: now } })
    expect(await enter(claim('gus'))).toEqual({ ok: false, because: 'disabled' })
  })
})

test('the last administrator keeps the role though the groups say otherwise', async () => {
  const alone = await openInstallation()
  const admins = claim('hal', { groups: ['admins'] })
  expect(await enter(admins, null, alone.db)).toMatchObject({ ok: true })
  expect(await enter({ ...admins, groups: ['sre'] }, null, alone.db)).toMatchObject({ ok: true })
  const held = await alone.db.roleGrant.findMany({ where: { person: { oidcSubject: 'hal' } } })
  expect(held.map(({ role }) => role).sort()).toEqual(['administrator', 'on_call', 'viewer'])
  await alone.drop()
})

test('a sign-in is as recent as the provider says, and old when it does not say', async () => {
  const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
  const stale = async (provenAt: Date | null) => needsStepUp(await actorOf(claim('ida', { provenAt })), now)
  expect(await stale(now)).toBe(false)
  expect(await stale(minutesAgo(4))).toBe(false)
  expect(await stale(minutesAgo(6))).toBe(true)
  expect(await stale(null)).toBe(true)
  const ahead = await actorOf(claim('ida', { provenAt: minutesAgo(-600) }))
  expect(needsStepUp(ahead, minutesAgo(-6))).toBe(true)
})

test('signing in again in the same browser ends the session before, not another person’s', async () => {
  const [mine, theirs] = [await enter(claim('jan')), await enter(claim('kay'))]
  if (!mine.ok || !theirs.ok) throw new Error('not let in')
  await enter(claim('jan'), theirs.sessionId)
  expect(await findSessionActor(theirs.sessionId, { db: house.db, now })).not.toBeNull()
  await enter(claim('jan'), mine.sessionId)
  expect(await findSessionActor(mine.sessionId, { db: house.db, now })).toBeNull()
})

test('every refusal is on the record, and so is what the groups changed', async () => {
  const said = await house.db.auditEntry.findMany({
    where: { action: { in: ['sign_in', 'person.set_roles'] } },
  })
  const words = said.map(({ action, outcome, reason }) => [action, outcome, reason].join(' '))
  for (const reason of ['no_role', 'no_email', 'linked_elsewhere', 'disabled']) {
    expect(words).toContain(`sign_in refused ${reason}`)
  }
  expect(words).toContain('person.set_roles changed ')
})
