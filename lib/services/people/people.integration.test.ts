import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, may } from '#lib/domain/actor.ts'
import { anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { openInstallation, refusalOf, valueOf } from '#lib/testing/installation.ts'
import { aPerson, aSession, goodPassword } from '#lib/testing/people.ts'
import { disablePerson, enablePerson } from './disable.ts'
import { endOwnSessions, endSessions } from './endSessions.ts'
import { invitePerson } from './invite.ts'
import { renewLink } from './renewLink.ts'
import { findSessionActor, unknownCaller } from './session.ts'
import { setGrants } from './setGrants.ts'
import { changePassword, setPasswordByLink } from './setPassword.ts'
import { signIn } from './signIn.ts'

/** What an administrator does about people, and what somebody does about themselves. */

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())

const admin = [{ role: 'administrator', agent: '*' }] as const
const viewer = [{ role: 'viewer', agent: '*' }] as const
const now = new Date()
const at = () => ({ db: house.db, now })
const sessionOf = (personId: string) => aSession(house.db, personId, now)
const actorBehind = async (session: string): Promise<Actor> => {
  const actor = await findSessionActor(session, at())
  if (!actor) throw new Error('nobody is signed in')
  return actor
}

describe('an invitation', () => {
  const invitation = { name: 'Ines', email: 'Ines@Example.com', grants: viewer }

  test('lets its person set a password, once, and sign in with the roles given', async () => {
    const { personId, secret } = valueOf(await invitePerson(invitation, anActor(), at()))
    const enter = { email: 'ines@example.com', password: goodPassword }
    expect((await signIn(enter, unknownCaller, at())).ok).toBe(false)
    const set = await setPasswordByLink({ token: secret, password: goodPassword }, at())
    expect(valueOf(set)).toEqual({ email: 'ines@example.com' })
    const again = await setPasswordByLink({ token: secret, password: 'another long password' }, at())
    expect(refusalOf(again)).toBe('missing')
    expect(await signIn(enter, unknownCaller, at())).toMatchObject({ ok: true })
    const actor = await actorBehind(await sessionOf(personId))
    expect([may(actor, 'view'), may(actor, 'audit.read')]).toEqual([true, false])
  })

  test('is over after three days, and after a newer link; a used one ends the sessions of before', async () => {
    const { personId, secret } = valueOf(
      await invitePerson({ ...invitation, email: 'jo@example.com' }, anActor(), at()),
    )
    const late = { db: house.db, now: new Date(now.getTime() + 3 * 86_400_000) }
    const password = goodPassword
    expect(refusalOf(await setPasswordByLink({ token: secret, password }, late))).toBe('not_now')
    const newer = valueOf(await renewLink({ personId }, anActor(), at())).secret
    expect(refusalOf(await setPasswordByLink({ token: secret, password }, at()))).toBe('missing')
    const session = await sessionOf(personId)
    valueOf(await setPasswordByLink({ token: newer, password }, at()))
    expect(await findSessionActor(session, at())).toBeNull()
  })

  test('of an address that is taken is refused; its link is not the one of the first administrator', async () => {
    expect(refusalOf(await invitePerson(invitation, anActor(), at()))).toBe('exists')
    const { secret } = valueOf(
      await invitePerson({ ...invitation, email: 'kim@example.com' }, anActor(), at()),
    )
    const { createFirstAdministrator } = await import('./createFirstAdministrator.ts')
    const first = { token: secret, email: 'x@example.com', name: 'X', password: goodPassword }
    expect(refusalOf(await createFirstAdministrator(first, at()))).toBe('missing')
  })
})

describe('the last administrator', () => {
  test('cannot lose the role or be disabled, not even by two who do it to each other at once', async () => {
    const alone = await openInstallation()
    const { db } = alone
    const there = { db, now }
    const [a, b] = [await aPerson(db, 'Ada', admin), await aPerson(db, 'Ben', admin)]
    // An administrator who cannot sign in yet, or only for one agent, is none who could help.
    valueOf(await invitePerson({ name: 'C', email: 'c@example.com', grants: admin }, anActor(), there))
    await aPerson(db, 'Dee', [{ role: 'administrator', agent: 'a1' }])
    for (let round = 0; round < 5; round += 1) {
      const outcomes = await Promise.all([
        setGrants({ personId: a.personId, grants: viewer }, anActor({ id: b.personId }), there),
        disablePerson({ personId: b.personId }, anActor({ id: a.personId }), there),
      ])
      expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1)
      valueOf(await setGrants({ personId: a.personId, grants: admin }, anActor(), there))
      valueOf(await enablePerson({ personId: b.personId }, anActor(), there))
    }
    valueOf(await disablePerson({ personId: b.personId }, anActor(), there))
    expect(refusalOf(await disablePerson({ personId: a.personId }, anActor(), there))).toBe('not_now')
    const only = await setGrants({ personId: a.personId, grants: [] }, anActor(), there)
    expect(refusalOf(only)).toBe('not_now')
    await alone.drop()
  })
})

describe('an administrator', () => {
  test('takes a role away in the middle of a session, and the record says what it was', async () => {
    const { db } = house
    const held = [
      { role: 'on_call', agent: 'a1' },
      { role: 'viewer', agent: '*' },
    ] as const
    const { personId } = await aPerson(db, 'Mo', held)
    const session = await sessionOf(personId)
    expect(may(await actorBehind(session), 'rollout.rollback', 'a1')).toBe(true)
    valueOf(await setGrants({ personId, grants: viewer }, anActor(), at()))
    expect(may(await actorBehind(session), 'rollout.rollback', 'a1')).toBe(false)
    const said = await db.auditEntry.findFirstOrThrow({
      where: { action: 'person.set_roles' },
      orderBy: { seq: 'desc' },
    })
    expect(JSON.parse(said.body)).toMatchObject({
      details: { before: ['on_call@a1', 'viewer'], after: ['viewer'] },
    })
  })

  test('ends every session of somebody, and disabling does so too', async () => {
    const { db } = house
    const { personId } = await aPerson(db, 'Nia', viewer)
    const sessions = [await sessionOf(personId), await sessionOf(personId)]
    valueOf(await endSessions({ personId }, anActor(), at()))
    for (const session of sessions) expect(await findSessionActor(session, at())).toBeNull()
    await aPerson(db, 'Boss', admin)
    const again = await sessionOf(personId)
    valueOf(await disablePerson({ personId }, anActor(), at()))
    expect(await findSessionActor(again, at())).toBeNull()
    valueOf(await enablePerson({ personId }, anActor(), at()))
    expect(await findSessionActor(again, at())).toBeNull()
  })

  test('needs the right for all agents, and a recent sign-in', async () => {
    const { personId } = await aPerson(house.db, 'Ola', viewer)
    const longAgo = anActor({ signedInAt: new Date(now.getTime() - 301_000) })
    const acts = [
      (actor: Actor) => invitePerson({ name: 'P', email: 'p@example.com', grants: viewer }, actor, at()),
      (actor: Actor) => renewLink({ personId }, actor, at()),
      (actor: Actor) => setGrants({ personId, grants: admin }, actor, at()),
      (actor: Actor) => disablePerson({ personId }, actor, at()),
      (actor: Actor) => enablePerson({ personId }, actor, at()),
      (actor: Actor) => endSessions({ personId }, actor, at()),
    ]
    for (const act of acts) {
      expect(refusalOf(await act(longAgo))).toBe('step_up')
      expect(refusalOf(await act(anActor({ agents: ['a1'] })))).toBe('forbidden')
    }
  })
})

describe('somebody', () => {
  test('signs out everywhere, or in one place; never somebody else', async () => {
    const { db } = house
    const [mine, theirs] = [await aPerson(db, 'Pia', viewer), await aPerson(db, 'Quin', viewer)]
    const [here, there] = [await sessionOf(mine.personId), await sessionOf(mine.personId)]
    const other = await sessionOf(theirs.personId)
    const me = await actorBehind(here)
    expect(valueOf(await endOwnSessions({ sessionId: other }, me, at()))).toEqual({ ended: 0 })
    expect(await findSessionActor(other, at())).not.toBeNull()
    valueOf(await endOwnSessions({ sessionId: there }, me, at()))
    expect(await findSessionActor(there, at())).toBeNull()
    expect(await findSessionActor(here, at())).not.toBeNull()
    valueOf(await endOwnSessions({}, me, at()))
    expect(await findSessionActor(here, at())).toBeNull()
    expect(await findSessionActor(other, at())).not.toBeNull()
  })

  test('changes their password after proving who they are; their other browsers are signed out', async () => {
    const { db } = house
    const { personId, email } = await aPerson(db, 'Rae', viewer)
    const [here, there] = [await sessionOf(personId), await sessionOf(personId)]
    const me = await actorBehind(here)
    const input = { password: 'a new long password', keepSessionId: here }
    const longAgo = { ...me, signedInAt: new Date(now.getTime() - 301_000) }
    expect(refusalOf(await changePassword(input, longAgo, at()))).toBe('step_up')
    valueOf(await changePassword(input, me, at()))
    expect(await findSessionActor(here, at())).not.toBeNull()
    expect(await findSessionActor(there, at())).toBeNull()
    expect((await signIn({ email, password: goodPassword }, unknownCaller, at())).ok).toBe(false)
    expect((await signIn({ email, password: input.password }, unknownCaller, at())).ok).toBe(true)
  })
})
