import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { after, anActor, noon } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { openInstallation, refusalOf, valueOf } from '#lib/testing/installation.ts'
import { createToken } from './create.ts'
import { findGrant } from './find.ts'
import { revokeToken } from './revoke.ts'
import { rotateToken } from './rotate.ts'

/** API tokens: kept by their hash, ended in time, and made or ended only by somebody who is there now. */

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())

const wanted = { name: 'ci', agents: ['a1'], scopes: ['deploy', 'read'] }
const make = async (more: object = {}) =>
  valueOf(await createToken({ ...wanted, ...more }, anActor(), { db: house.db, now: noon }))
const grantOf = (token: string, now: Date) => findGrant(token, { db: house.db, now })

test('a token is not kept: neither in its row nor on the record', async () => {
  const { token } = await make()
  const rows = JSON.stringify([
    await house.db.apiToken.findMany(),
    (await house.db.auditEntry.findMany()).map(({ body }) => body),
  ])
  expect(rows).not.toContain(token)
  expect(rows).not.toContain(token.slice(0, 20))
})

test('its use is written down, at most once a minute', async () => {
  const { id, token } = await make()
  const lastUsed = async () => (await house.db.apiToken.findUnique({ where: { id } }))?.lastUsedAt
  await grantOf(token, after(10))
  expect(await lastUsed()).toEqual(after(10))
  await grantOf(token, after(69))
  expect(await lastUsed()).toEqual(after(10))
  await grantOf(token, after(70))
  expect(await lastUsed()).toEqual(after(70))
})

describe('a rotation', () => {
  test('gives a token that may the same, and leaves the old one good until its overlap is over', async () => {
    const old = await make({ expiresAt: after(86_400) })
    const at = { db: house.db, now: after(3_600) }
    const fresh = valueOf(await rotateToken({ tokenId: old.id, overlapMinutes: 60 }, anActor(), at))
    expect(fresh.token).not.toBe(old.token)
    const inOverlap = [await grantOf(old.token, after(7_199)), await grantOf(fresh.token, after(7_199))]
    expect(inOverlap).toEqual([
      expect.objectContaining({ agents: ['a1'], scopes: ['deploy', 'read'] }),
      expect.objectContaining({ agents: ['a1'], scopes: ['deploy', 'read'] }),
    ])
    expect(await grantOf(old.token, after(7_200))).toBeNull()
    // As long as the old one was made for: a day.
    expect(await grantOf(fresh.token, after(3_600 + 86_399))).not.toBeNull()
    expect(await grantOf(fresh.token, after(3_600 + 86_400))).toBeNull()
  })

  test('never makes the old one live longer, and without an overlap ends it at once', async () => {
    const soon = await make({ expiresAt: after(600) })
    const at = { db: house.db, now: after(60) }
    valueOf(await rotateToken({ tokenId: soon.id, overlapMinutes: 60 }, anActor(), at))
    expect(await grantOf(soon.token, after(600))).toBeNull()
    const leaked = await make()
    valueOf(await rotateToken({ tokenId: leaked.id, overlapMinutes: 0 }, anActor(), at))
    expect(await grantOf(leaked.token, after(60))).toBeNull()
  })

  test('of one token happens once, though two ask at the same moment; of one that ended not at all', async () => {
    const { id } = await make()
    const at = { db: house.db, now: after(60) }
    const both = await Promise.all(
      [1, 2].map(() => rotateToken({ tokenId: id, overlapMinutes: 60 }, anActor(), at)),
    )
    expect(both.filter((each) => each.ok)).toHaveLength(1)
    valueOf(await revokeToken({ tokenId: id }, anActor(), at))
    expect(refusalOf(await rotateToken({ tokenId: id, overlapMinutes: 60 }, anActor(), at))).toBe('not_now')
  })
})

test('making, rotating and revoking take a recent sign-in, and the right to', async () => {
  const { id } = await make()
  const at = { db: house.db, now: noon }
  const acts = [
    (actor: ReturnType<typeof anActor>) => createToken(wanted, actor, at),
    (actor: ReturnType<typeof anActor>) => rotateToken({ tokenId: id, overlapMinutes: 5 }, actor, at),
    (actor: ReturnType<typeof anActor>) => revokeToken({ tokenId: id }, actor, at),
  ]
  const longAgo = anActor({ signedInAt: after(-301) })
  const ofOneAgent = anActor({ agents: ['a1'] })
  for (const act of acts) {
    expect(refusalOf(await act(longAgo))).toBe('step_up')
    expect(refusalOf(await act(ofOneAgent))).toBe('forbidden')
    expect(refusalOf(await act(anActor({ capabilities: ['view'] })))).toBe('forbidden')
  }
})

test('a token that would be over already is not made', async () => {
  const input = { ...wanted, expiresAt: noon }
  expect(refusalOf(await createToken(input, anActor(), { db: house.db, now: noon }))).toBe('bad_input')
})
