import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { may, needsStepUp } from '#lib/domain/actor.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { openInstallation } from '#lib/testing/installation.ts'
import { aPerson, aSession, goodPassword } from '#lib/testing/people.ts'
import { type Caller, findSessionActor, signOut } from './session.ts'
import { signIn } from './signIn.ts'
import { stepUp } from './stepUp.ts'

/** A session: what was taken away is gone at the next request; a password cannot be guessed by trying. */

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())
beforeEach(async () => {
  await house.db.rateLimit.deleteMany()
})

const start = new Date('2026-11-24T08:00:00Z')
const later = (minutes: number) => new Date(start.getTime() + minutes * 60_000)
const from = (address: string): Caller => ({ address, browser: 'a browser' })
let count = 0
const somebody = () => aPerson(house.db, `Person ${(count += 1)}`, [{ role: 'on_call', agent: 'a1' }])

describe('a session', () => {
  test('gives the roles that its person has now, each for its agent alone', async () => {
    const { db } = house
    const { personId } = await somebody()
    const session = await aSession(db, personId, start)
    const find = () => findSessionActor(session, { db, now: later(1) })
    const before = await find()
    expect(before && may(before, 'rollout.rollback', 'a1')).toBe(true)
    expect(before && may(before, 'rollout.rollback', 'a2')).toBe(false)
    await db.roleGrant.deleteMany({ where: { personId } })
    const after = await find()
    expect(after && may(after, 'rollout.rollback', 'a1')).toBe(false)
    await db.person.update({ where: { id: personId }, data: { disabledAt: later(1) } })
    expect(await find()).toBeNull()
  })

  test('ends when nobody does anything for half an hour, though a page goes on reading', async () => {
    const { db } = house
    const session = await aSession(db, (await somebody()).personId, start)
    const at = (minutes: number, touch: boolean) =>
      findSessionActor(session, { db, now: later(minutes), touch })
    expect(await at(20, true)).not.toBeNull()
    for (const minutes of [25, 40, 49]) expect(await at(minutes, false)).not.toBeNull()
    expect(await at(50, false)).toBeNull()
    expect(await at(51, true)).toBeNull()
  })

  test('ends after twelve hours, whatever its person does', async () => {
    const { db } = house
    const session = await aSession(db, (await somebody()).personId, start)
    for (let minutes = 0; minutes < 720; minutes += 20) {
      expect(await findSessionActor(session, { db, now: later(minutes), touch: true })).not.toBeNull()
    }
    expect(await findSessionActor(session, { db, now: later(720), touch: true })).toBeNull()
  })

  test('ends at a sign-out, which is recorded once', async () => {
    const { db } = house
    const { personId } = await somebody()
    const session = await aSession(db, personId, start)
    await signOut(session, { db, now: later(1) })
    await signOut(session, { db, now: later(2) })
    expect(await findSessionActor(session, { db, now: later(2) })).toBeNull()
    expect(await db.auditEntry.count({ where: { action: 'sign_out', actorId: personId } })).toBe(1)
  })
})

describe('a password', () => {
  test('refused says the same and is recorded, whether or not there is such a person', async () => {
    const { db } = house
    const { email } = await somebody()
    const at = { db, now: start }
    const wrong = await signIn({ email, password: 'not this one, no' }, from('10.0.0.1'), at)
    const unknown = await signIn(
      { email: 'no@example.com', password: 'not this one, no' },
      from('10.0.0.1'),
      at,
    )
    expect(wrong).toEqual({ ok: false, because: 'wrong' })
    expect(unknown).toEqual(wrong)
    const said = await db.auditEntry.findMany({ where: { action: 'sign_in', outcome: 'refused' } })
    expect(said.map((entry) => entry.reason)).toEqual(['wrong', 'wrong'])
  })

  test('cannot be tried more than five times from one place, not even at once, and not even the right one', async () => {
    const { db } = house
    const { email } = await somebody()
    const tryIt = (password: string) => signIn({ email, password }, from('10.0.0.2'), { db, now: start })
    const tried = await Promise.all(Array.from({ length: 8 }, (_, n) => tryIt(`wrong password ${n}`)))
    const reasons = tried.map((each) => (each.ok ? 'in' : each.because))
    expect(reasons.filter((reason) => reason === 'wrong')).toHaveLength(5)
    expect(reasons.filter((reason) => reason === 'too_often')).toHaveLength(3)
    expect(await tryIt(goodPassword)).toMatchObject({ because: 'too_often' })
    const elsewhere = await signIn({ email, password: goodPassword }, from('10.0.0.3'), { db, now: start })
    expect(elsewhere.ok).toBe(true)
  })

  test('says the same to too many tries whether or not there is such a person', async () => {
    const { db } = house
    const tryIt = () =>
      signIn({ email: 'nobody@example.com', password: 'x' }, from('10.0.0.4'), { db, now: start })
    for (let n = 0; n < 5; n += 1) expect(await tryIt()).toMatchObject({ because: 'wrong' })
    expect(await tryIt()).toMatchObject({ because: 'too_often' })
  })

  test('tried by others from everywhere does not lock its owner out of where they were before', async () => {
    const { db } = house
    const { email } = await somebody()
    const now = new Date()
    const own = { email, password: goodPassword }
    expect((await signIn(own, from('10.9.9.9'), { db, now })).ok).toBe(true)
    // As many as the account allows from all addresses, counted as the sign-in counts them.
    await db.$executeRaw`UPDATE rate_limit SET points = 1000 WHERE key LIKE 'sign-in-account%'`
    expect(await signIn(own, from('10.8.8.8'), { db, now })).toMatchObject({ because: 'too_often' })
    expect((await signIn(own, from('10.9.9.9'), { db, now })).ok).toBe(true)
  })
})

describe('a proof of who somebody is', () => {
  test('makes the sign-in recent again; a wrong one does not, and counts as a try', async () => {
    const { db } = house
    const { personId } = await somebody()
    const session = await aSession(db, personId, start)
    const at = { db, now: later(10) }
    const isRecent = async () => {
      const actor = await findSessionActor(session, at)
      return actor !== null && !needsStepUp(actor, at.now)
    }
    expect(await isRecent()).toBe(false)
    expect(await stepUp(session, 'not my password', from('10.0.0.5'), at)).toMatchObject({
      code: 'forbidden',
    })
    expect(await isRecent()).toBe(false)
    expect(await stepUp(session, goodPassword, from('10.0.0.5'), at)).toBeNull()
    expect(await isRecent()).toBe(true)
    for (let n = 0; n < 5; n += 1) await stepUp(session, 'wrong again', from('10.0.0.5'), at)
    expect(await stepUp(session, goodPassword, from('10.0.0.5'), at)).toMatchObject({ code: 'not_now' })
  })

  test('is not taken from a session that has ended', async () => {
    const { db } = house
    const session = await aSession(db, (await somebody()).personId, start)
    const at = { db, now: later(31) }
    expect(await stepUp(session, goodPassword, from('10.0.0.6'), at)).toMatchObject({ code: 'forbidden' })
  })
})
