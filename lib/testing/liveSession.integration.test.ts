import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'next-auth/jwt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { setGrants } from '#lib/services/people/setGrants.ts'
import { anActor } from './builders.ts'
import type { TestDatabase } from './database.ts'
import { openInstallation, valueOf } from './installation.ts'
import { asRequest } from './nextHeaders.ts'
import { aPerson, aSession } from './people.ts'

/** An open page loses what its person lost: the event stream is a request that never ends, so it asks again. */

const secret = 'a key for the cookies of this test'
let house: TestDatabase
let folder: string

beforeAll(async () => {
  house = await openInstallation()
  folder = mkdtempSync(join(tmpdir(), 'switchback-live-'))
  writeFileSync(join(folder, 'key'), secret)
  process.env['DATABASE_URL'] = house.url
  process.env['SESSION_KEY_FILE'] = join(folder, 'key')
})
afterAll(async () => {
  await house.drop()
  rmSync(folder, { recursive: true, force: true })
})

/** Opens the stream as this session; resolves when it has ended, with what was said until then. */
async function follow(sessionId: string): Promise<{ readonly ended: Promise<string>; leave(): void }> {
  const { GET } = await import('../../app/api/live/route.ts')
  const cookie = `next-auth.session-token=${await encode({ token: { sub: sessionId }, secret })}`
  const abort = new AbortController()
  const request = new Request('http://panel.test/api/live', { headers: { cookie }, signal: abort.signal })
  const open = () => GET(request, { params: Promise.resolve({}) })
  const answer = await asRequest(new Headers({ cookie }), open)
  expect(answer.status).toBe(200)
  return { ended: answer.text(), leave: () => abort.abort() }
}

test('the stream of a person whose role or session was taken ends by the next heartbeat; others go on', async () => {
  const { db } = house
  const open = async (name: string) => {
    const { personId } = await aPerson(db, name, [{ role: 'on_call', agent: '*' }])
    const sessionId = await aSession(db, personId)
    return { personId, sessionId, stream: await follow(sessionId) }
  }
  const [changed, ended, left] = [await open('Ann'), await open('Bob'), await open('Cyd')]
  const grants = [{ role: 'viewer', agent: '*' }]
  valueOf(await setGrants({ personId: changed.personId, grants }, anActor(), { db }))
  await db.session.update({ where: { id: ended.sessionId }, data: { endedAt: new Date() } })
  const first = await Promise.race([
    Promise.all([changed.stream.ended, ended.stream.ended]).then(() => 'those two'),
    left.stream.ended.then(() => 'the other'),
  ])
  expect(first).toBe('those two')
  left.stream.leave()
  expect(await left.stream.ended).toContain('event: hb')
})
