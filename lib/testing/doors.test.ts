import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Capability, type Role, roles } from '#lib/domain/actor.ts'
import { grpcMethods } from '#lib/edge/otlpGrpc.ts'
import { edgeDoors } from '#lib/edge/server.ts'
import { root } from '#lib/launcher/root.ts'
import { routes } from '#lib/services/api/routes.ts'
import { askers, type Door, doors, welcome } from './doors.ts'

/** The table of doors is whole: what a person, a program or an agent can reach is in it, and nothing else is. */

const filesIn = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file))
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')
const methods = 'GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS'

/** `app/(panel)/agents/[agent]/page.tsx` → `/agents/{agent}`. */
function addressOf(file: string): string {
  const parts = file.split('/').slice(1, -1)
  const shown = parts.filter((part) => !/^\(.*\)$/.test(part))
  return `/${shown.map((part) => part.replace(/^\[(?:\.\.\.)?(.+)\]$/, '{$1}')).join('/')}`
}

function methodsOf(file: string): string[] {
  const text = textOf(file)
  const declared = text.matchAll(new RegExp(`^export (?:async )?(?:const|function) (${methods})\\b`, 'gm'))
  const renamed = text.matchAll(new RegExp(`\\bas (${methods})\\b`, 'g'))
  return [...declared, ...renamed].map((match) => match[1] ?? '')
}

const named = (kind: Door['kind']) =>
  doors
    .filter((door) => door.kind === kind)
    .map(({ method, path }) => `${method} ${path}`)
    .sort()

describe('the table of doors', () => {
  test('has every page, and no other', () => {
    const pages = filesIn('app').filter((file) => /\/page\.(tsx|ts|jsx|js|mdx)$/.test(file))
    expect(pages.map((file) => `GET ${addressOf(file)}`).sort()).toEqual(named('page'))
  })

  test('has every method of every route, and no other', () => {
    const files = filesIn('app').filter((file) => /\/route\.(ts|tsx|js)$/.test(file))
    const found = files.flatMap((file) => {
      const exported = methodsOf(file)
      expect(exported, file).not.toEqual([])
      return exported.map((method) => `${method} ${addressOf(file)}`)
    })
    expect(found.sort()).toEqual(named('route'))
  })

  test('has every action, and there is none outside lib/actions', () => {
    const isAction = (file: string) => /^\s*['"]use server['"]/m.test(textOf(file))
    const files = ['app', 'components', 'lib']
      .flatMap(filesIn)
      .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.test.ts') && isAction(file))
    expect(files.filter((file) => !file.startsWith('lib/actions/'))).toEqual([])
    const found = files.flatMap((file) =>
      [...textOf(file).matchAll(/^export (?:async function|const) (\w+)/gm)].map(
        (match) => `${match[1]} ${file.slice('lib/actions/'.length)}`,
      ),
    )
    expect(found.sort()).toEqual(named('action'))
  })

  test('has every address of the edge, with the scope that it asks for', () => {
    const rows = doors.filter((door) => door.kind === 'edge')
    const fits = (row: Door) =>
      edgeDoors.filter(
        (door) => door.method === row.method && door.path.test(row.path.replace('{key}', 'a.b')),
      )
    for (const row of rows) {
      const [door, another] = fits(row)
      expect(another, row.path).toBeUndefined()
      expect({ token: door?.scope }, row.path).toEqual('token' in row.key ? row.key : { token: null })
    }
    expect(new Set(rows.flatMap(fits)).size).toBe(edgeDoors.length)
  })

  test('has every method of gRPC, with the scope that it asks for', () => {
    const rows = doors.filter((door) => door.kind === 'grpc')
    const said = rows.map(({ path, key }) => `${path} ${'token' in key ? key.token : 'open'}`)
    expect(said.sort()).toEqual(grpcMethods.map(({ path, scope }) => `${path} ${scope}`).sort())
  })

  test('and the description of the API say the same of every machine door', () => {
    const rows = doors.filter(
      ({ kind, path }) => kind === 'route' && (path.startsWith('/api/v1/') || path === '/api/health'),
    )
    const said = rows.map(
      ({ method, path, key }) => `${method} ${path} ${'token' in key ? key.token : 'open'}`,
    )
    const described = routes.map(
      (route) => `${route.method.toUpperCase()} ${route.path} ${route.scope ?? 'open'}`,
    )
    expect(said.sort()).toEqual(described.sort())
  })

  test('lets the roles do what their capabilities say', () => {
    const asks: Record<string, Capability> = {
      'GET /audit': 'audit.read',
      'GET /api/views/audit': 'audit.read',
      'GET /api/audit/export': 'audit.read',
      'POST /api/rollouts/{id}/pause': 'rollout.pause',
      'POST /api/rollouts/{id}/rollback': 'rollout.rollback',
      'POST /api/switches/engage': 'switch.engage',
      'GET /settings/alerts': 'alerts.edit',
      'GET /api/views/alerts': 'alerts.edit',
      'connectAgent connect.ts': 'token.manage',
      'adoptVersion connect.ts': 'agent.edit',
      'registerCandidate connect.ts': 'version.register',
      'sendTestAlert alerts.ts': 'alerts.edit',
      'retryDelivery alerts.ts': 'alerts.edit',
      'sendTestByRoute alerts.ts': 'alerts.edit',
      'addAlertRoute alerts.ts': 'alerts.edit',
      'rotateWebhookSecret alerts.ts': 'alerts.edit',
      'removeAlertRoute alerts.ts': 'alerts.edit',
      'GET /settings/people': 'people.manage',
      'GET /settings/tokens': 'token.manage',
      'invite people.ts': 'people.manage',
      'renewLink people.ts': 'people.manage',
      'changeRoles people.ts': 'people.manage',
      'disable people.ts': 'people.manage',
      'enable people.ts': 'people.manage',
      'setSlackUser people.ts': 'people.manage',
      'endSessions people.ts': 'people.manage',
      'createToken tokens.ts': 'token.manage',
      'rotateToken tokens.ts': 'token.manage',
      'revokeToken tokens.ts': 'token.manage',
      'decide approval.ts': 'approval.decide',
      'publish policy.ts': 'policy.edit',
      'review incident.ts': 'incident.review',
      'note incident.ts': 'incident.review',
      'compensate incident.ts': 'incident.review',
      'forgetInstance instance.ts': 'switch.engage',
      'GET /settings/demo': 'demo.run',
      'startDemo demo.ts': 'demo.run',
      'stopDemo demo.ts': 'demo.run',
      'setDemoFault demo.ts': 'demo.run',
      'GET /settings/prices': 'settings.edit',
      'GET /settings/traces': 'settings.edit',
      'addPrice prices.ts': 'settings.edit',
      'changePrice prices.ts': 'settings.edit',
      'endPrice prices.ts': 'settings.edit',
      'setShippedPrices prices.ts': 'settings.edit',
      'setTraceUrl traces.ts': 'settings.edit',
      'runDrill drill.ts': 'rollout.rollback',
      'scheduleDrills drill.ts': 'rollout.start',
      'startRollout rollout.ts': 'rollout.start',
      'pause rollout.ts': 'rollout.pause',
      'resume rollout.ts': 'rollout.pause',
      'promote rollout.ts': 'rollout.promote',
    }
    for (const { method, path, key } of doors) {
      if (!('session' in key)) continue
      const capability = asks[`${method} ${path}`] ?? 'view'
      const able = (Object.keys(roles) as Role[]).filter((role) =>
        (roles[role] as readonly Capability[]).includes(capability),
      )
      expect([...key.session].sort(), `${method} ${path}`).toEqual(able.sort())
    }
  })

  test('has one row a door, and lets somebody who shows nothing in only where it is open', () => {
    const names = doors.map(({ kind, method, path }) => `${kind} ${method} ${path}`)
    expect(new Set(names).size).toBe(names.length)
    for (const door of doors) {
      expect(welcome(door, { with: 'nothing' }) === 'in').toBe('open' in door.key)
      expect(welcome(door, { with: 'a wrong token' })).toBe(welcome(door, { with: 'nothing' }))
    }
    expect(askers.length).toBeGreaterThan(10)
  })
})
