import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from 'next-auth/jwt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { NotAllowed } from '#components/shell/NotAllowed.tsx'
import { type Role, roles } from '#lib/domain/actor.ts'
import { root } from '#lib/launcher/root.ts'
import type { TestDatabase } from './database.ts'
import { type Door, doors, welcome } from './doors.ts'
import { anAgentIn, aRolloutIn, openInstallation } from './installation.ts'
import { ask } from './machine.ts'
import { asRequest } from './nextHeaders.ts'
import { aPerson, aSession } from './people.ts'

/**
 * Every door for people, asked by everybody: each role, a role for another agent, a session that ended in each way,
 * nobody, and a page of another site. The rows are those of doors.ts; nothing is listed here.
 */

const roleNames = Object.keys(roles) as Role[]
const secret = 'a key for the cookies of this test'
const cookieOf = new Map<string, string>()
let house: TestDatabase
let folder: string
let rolloutId: string

beforeAll(async () => {
  house = await openInstallation()
  const { db } = house
  folder = mkdtempSync(join(tmpdir(), 'switchback-doors-'))
  writeFileSync(join(folder, 'key'), secret)
  process.env['DATABASE_URL'] = house.url
  process.env['SESSION_KEY_FILE'] = join(folder, 'key')
  await anAgentIn(db)
  await anAgentIn(db, { agent: 'other-agent' })
  rolloutId = await aRolloutIn(db, 'support-agent', new Date())

  const keep = async (asker: string, sessionId: string) =>
    cookieOf.set(asker, `next-auth.session-token=${await encode({ token: { sub: sessionId }, secret })}`)
  for (const role of roleNames) {
    const { personId } = await aPerson(db, `The ${role}`, [{ role, agent: '*' }])
    await keep(role, await aSession(db, personId))
  }
  const other = await aPerson(db, 'Elsewhere', [{ role: 'administrator', agent: 'other-agent' }])
  await keep('of another agent', await aSession(db, other.personId))

  const gone = await aPerson(db, 'Gone', [{ role: 'administrator', agent: '*' }])
  const session = () => aSession(db, gone.personId)
  const change = async (asker: string, data: object) => {
    const id = await session()
    await db.session.update({ where: { id }, data })
    await keep(asker, id)
  }
  const past = new Date(Date.now() - 1_000)
  await change('with a session that was ended', { endedAt: past })
  await change('with a session that is over', { endsAt: past })
  await change('with a session that went idle', { lastSeenAt: new Date(Date.now() - 31 * 60_000) })
  await keep('with a session that never was', 'se_nothing')
  const disabled = await aPerson(db, 'Disabled', [{ role: 'administrator', agent: '*' }])
  await keep('who is disabled', await aSession(db, disabled.personId))
  await db.person.update({ where: { id: disabled.personId }, data: { disabledAt: past } })
  const forged = await encode({ token: { sub: await session() }, secret: 'another key' })
  cookieOf.set('with a cookie that we did not sign', `next-auth.session-token=${forged}`)
  cookieOf.set('who shows nothing', '')
}, 60_000)
afterAll(async () => {
  await house.drop()
  rmSync(folder, { recursive: true, force: true })
})

const nobodies = [
  'who shows nothing',
  'with a cookie that we did not sign',
  'with a session that never was',
  'with a session that was ended',
  'with a session that is over',
  'with a session that went idle',
  'who is disabled',
]

type Answer = 'in' | 'unknown' | 'forbidden' | 'missing'

/** What is sent where nothing else is said: whoever gets in changes nothing. */
const worthless = { nonsense: true }
const ours = { 'sec-fetch-site': 'same-origin', host: 'localhost:3000', origin: 'http://localhost:3000' }

/** Knocks with the cookie of this asker; what the door answered, in the words of the table. */
async function knock(
  door: Door,
  asker: string,
  from: Readonly<Record<string, string>> = ours,
  body: object = worthless,
): Promise<Answer> {
  const cookie = cookieOf.get(asker)
  if (cookie === undefined) throw new Error(`Nobody is called ${asker}`)
  const isChange = door.kind === 'action' || door.sameOrigin
  const headers = new Headers({ cookie, ...(isChange ? from : {}) })
  if (door.kind === 'action') headers.set('next-action', 'x')
  return await asRequest(headers, async () => {
    switch (door.kind) {
      case 'route':
        return await throughRoute(door, headers, body)
      case 'action':
        return await throughAction(door)
      case 'page':
        return await throughPage(door)
      case 'edge':
      case 'grpc':
        throw new Error('The edge knows no sessions')
      default:
        return door.kind satisfies never
    }
  })
}

const fill = (path: string) =>
  path
    .replace('{agent}', 'support-agent')
    .replace(/\{(id|rollout)\}/, rolloutId)
    .replace('{incident}', 'in_nothing')
    .replaceAll(/\{\w+\}/g, 'nothing')

async function throughRoute(door: Door, headers: Headers, given: object): Promise<Answer> {
  const sent = { ...Object.fromEntries(headers), 'idempotency-key': `doors ${Math.random()}` }
  const body = door.method === 'GET' ? {} : { body: given }
  const abort = AbortSignal.timeout(50)
  const { status } = await ask(door.method, fill(door.path), { headers: sent, signal: abort, ...body })
  if (status === 401) return 'unknown'
  if (status === 403) return 'forbidden'
  return status === 404 ? 'missing' : 'in'
}

async function throughAction(door: Door): Promise<Answer> {
  const actions = (await import(join(root, 'lib/actions', door.path))) as Record<
    string,
    (...given: unknown[]) => Promise<unknown>
  >
  const act = actions[door.method]
  if (!act) throw new Error(`${door.path} has no ${door.method}`)
  const answer = await act({}, {}, {}).catch(answerOfThrown)
  if (typeof answer === 'string') return answer as Answer
  const said = JSON.stringify(answer ?? null)
  if (said.includes('"code":"forbidden"')) return said.includes('Sign in first') ? 'unknown' : 'forbidden'
  return said.includes('"code":"missing"') ? 'missing' : 'in'
}

/** What Next is told by a throw: to the sign-in, elsewhere, or that there is no such page. */
function answerOfThrown(error: unknown): Answer {
  const digest = error instanceof Error && 'digest' in error ? String(error.digest) : ''
  if (digest.startsWith('NEXT_REDIRECT')) return digest.includes('/sign-in') ? 'unknown' : 'in'
  if (digest.startsWith('NEXT_HTTP_ERROR_FALLBACK;404')) return 'missing'
  if (error instanceof Error && /does not come from a page/.test(error.message)) return 'forbidden'
  throw error
}

async function throughPage(door: Door): Promise<Answer> {
  const page = (await import(pageFile(door.path))) as {
    default: (props: object) => Promise<unknown>
  }
  const names = [...door.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')
  const values = fill(door.path).split('/')
  const at = door.path.split('/')
  const params = Object.fromEntries(names.map((name) => [name, values[at.indexOf(`{${name}}`)]]))
  const props = { params: Promise.resolve(params), searchParams: Promise.resolve({}) }
  const shown = await page.default(props).catch(answerOfThrown)
  if (typeof shown === 'string') return shown as Answer
  return isShown(shown, NotAllowed) ? 'forbidden' : 'in'
}

function pageFile(path: string): string {
  const files = readdirSync(join(root, 'app'), { recursive: true, encoding: 'utf8' })
  const address = (file: string) =>
    `/${file
      .split('/')
      .slice(0, -1)
      .filter((part) => !/^\(.*\)$/.test(part))
      .map((part) => part.replace(/^\[(.+)\]$/, '{$1}'))
      .join('/')}`
  const found = files.find((file) => file.endsWith('page.tsx') && address(file) === path)
  if (!found) throw new Error(`No page at ${path}`)
  return join(root, 'app', found)
}

/** Whether this component stands anywhere in what a page returned. */
function isShown(node: unknown, component: unknown): boolean {
  if (Array.isArray(node)) return node.some((each) => isShown(each, component))
  if (typeof node !== 'object' || node === null || !('props' in node)) return false
  if ('type' in node && node.type === component) return true
  return Object.values(node.props as object).some((each) => isShown(each, component))
}

const forPeople = doors.filter(({ key, kind }) => 'session' in key && kind !== 'edge')
const rows = (some: readonly Door[]) =>
  some.map((door) => [`${door.kind} ${door.method} ${door.path}`, door] as const)

describe.each(rows(forPeople))('%s', (_name, door) => {
  test('lets nobody in without a session that holds', async () => {
    for (const asker of nobodies) expect(await knock(door, asker), asker).toBe('unknown')
  })

  test('lets in the roles that it names, and no other', async () => {
    for (const role of roleNames) {
      const answer = await knock(door, role)
      const expected = welcome(door, { with: 'a session', role })
      if (expected === 'forbidden') expect(answer, role).toBe('forbidden')
      else expect(['in', 'missing'], `${role}: ${answer}`).toContain(answer)
    }
  })
})

const aboutOneAgent = forPeople.filter(
  ({ path }) => /\{(agent|rollout|id)\}/.test(path) && !path.includes('{incident}'),
)
test.each(rows(aboutOneAgent))('%s is shut to a role for another agent', async (_name, door) => {
  expect(['forbidden', 'missing']).toContain(await knock(door, 'of another agent', ours, {}))
})

const administration = forPeople.filter(
  ({ key }) => 'session' in key && key.session.join() === 'administrator',
)
test.each(rows(administration))('%s is shut to the administrator of one agent', async (_name, door) => {
  // What nobody can read as a request is told so, and nothing is done; what can be read is refused.
  const answer = await knock(door, 'of another agent')
  if (door.kind !== 'action') expect(answer).toBe('forbidden')
})

const changes = forPeople.filter((door) => door.kind === 'action' || door.sameOrigin)
test.each(rows(changes))(
  '%s is shut to pages of other sites, and to whoever does not say',
  async (_name, door) => {
    const { host } = ours
    const strangers: Record<string, string>[] = [
      { host },
      { host, origin: 'null' },
      { host, origin: 'https://elsewhere.example' },
      { host, origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' },
      { host, origin: `http://${host}`, 'sec-fetch-site': 'same-site' },
    ]
    for (const from of strangers) {
      expect(await knock(door, 'administrator', from), JSON.stringify(from)).toBe('forbidden')
    }
  },
)

test('there are doors enough that these tests are about something', () => {
  expect(forPeople.length).toBeGreaterThan(30)
  expect([aboutOneAgent.length, administration.length, changes.length].every((count) => count >= 5)).toBe(
    true,
  )
})
