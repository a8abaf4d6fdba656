import { describe, expect, test } from 'vitest'
import { readSettings } from './env.ts'

const errorsOf = (env: Record<string, string>) => {
  const read = readSettings(env)
  return read.ok ? [] : read.errors
}

test('everything has a default', () => {
  const read = readSettings({ PATH: '/usr/bin' })
  expect(read).toMatchObject({
    ok: true,
    value: { SWITCHBACK_PANEL_PORT: 3000, SWITCHBACK_EDGE_PORT: 4318, SWITCHBACK_HOST: '127.0.0.1' },
  })
})

test('gRPC has the port that exporters look for, unless the edge is elsewhere: another installation may have it', () => {
  const portOf = (given: Record<string, string>) => {
    const read = readSettings(given)
    return read.ok ? read.value.SWITCHBACK_EDGE_GRPC_PORT : read.errors
  }
  expect(portOf({})).toBe(4317)
  expect(portOf({ SWITCHBACK_EDGE_PORT: '4911' })).toBe('none')
  expect(portOf({ SWITCHBACK_PANEL_PORT: '4317' })).toBe('none')
  expect(portOf({ SWITCHBACK_EDGE_PORT: '4911', SWITCHBACK_EDGE_GRPC_PORT: '4912' })).toBe(4912)
  expect(portOf({ SWITCHBACK_EDGE_GRPC_PORT: 'none' })).toBe('none')
  expect(portOf({ SWITCHBACK_EDGE_PORT: '4911', SWITCHBACK_EDGE_GRPC_PORT: '4911' })).toBe('none')
})

test('links follow the port of the panel unless they are set', () => {
  expect(readSettings({ SWITCHBACK_PANEL_PORT: '3911' })).toMatchObject({
    value: { SWITCHBACK_PUBLIC_URL: 'http://localhost:3911' },
  })
  expect(readSettings({ SWITCHBACK_PUBLIC_URL: 'https://sb.example.com' })).toMatchObject({
    value: { SWITCHBACK_PUBLIC_URL: 'https://sb.example.com' },
  })
})

test.each([
  ['SWITCHBACK_PANEL_PORT', 'eighty'],
  ['SWITCHBACK_EDGE_PORT', '70000'],
  ['SWITCHBACK_EDGE_GRPC_PORT', '0'],
  ['SWITCHBACK_PUBLIC_URL', 'javascript:alert(1)'],
  ['SWITCHBACK_LOG_LEVEL', 'loud'],
  ['SWITCHBACK_ENV', 'Prod!'],
  ['DATABASE_URL', 'mysql://somewhere'],
])('a wrong %s is refused by name', (name, value) => {
  expect(errorsOf({ [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name}: .*expected `))])
})

test('an unknown setting is refused, never ignored', () => {
  expect(errorsOf({ SWITCHBACK_PORT: '3000' })[0]).toContain('SWITCHBACK_PORT: there is no such setting')
})

test('a secret is not repeated in the error', () => {
  expect(errorsOf({ DATABASE_URL: 'mysql://root:hunter2@db' }).join()).not.toContain('hunter2')
})

describe('an OpenID provider', () => {
  const whole = {
    SWITCHBACK_OIDC_ISSUER: 'https://id.example.com',
    SWITCHBACK_OIDC_CLIENT_ID: 'switchback',
    SWITCHBACK_OIDC_CLIENT_SECRET: 'hush',
  }

  test('is named with its client, its secret and what its groups give', () => {
    expect(readSettings({ ...whole, SWITCHBACK_OIDC_GROUPS: 'sre=on_call' })).toMatchObject({
      value: {
        SWITCHBACK_OIDC_GROUPS_CLAIM: 'groups',
        SWITCHBACK_OIDC_GROUPS: [{ group: 'sre', role: 'on_call', agent: '*' }],
      },
    })
  })

  test.each(Object.keys(whole))('without %s is refused by that name', (name) => {
    const { [name]: _left, ...rest } = whole as Record<string, string>
    expect(errorsOf(rest)).toEqual([expect.stringContaining(`${name}: `)])
  })

  test('is refused when a group names no role that there is, and the secret is not told', () => {
    expect(errorsOf({ ...whole, SWITCHBACK_OIDC_GROUPS: 'sre=owner' })).toEqual([
      expect.stringContaining('SWITCHBACK_OIDC_GROUPS: "sre=owner" was given'),
    ])
    const all = errorsOf({ SWITCHBACK_OIDC_CLIENT_SECRET: 'hush', SWITCHBACK_OIDC_GROUPS: 'a=viewer' })
    expect(all.join()).not.toContain('hush')
    expect(errorsOf({ SWITCHBACK_OIDC_GROUPS: 'a=viewer' })).toHaveLength(1)
  })
})

test('agents reach the edge where it listens; an edge that listens everywhere by the public name of the panel', () => {
  const edgeUrl = (given: Record<string, string>) => {
    const read = readSettings(given)
    return read.ok ? read.value.SWITCHBACK_EDGE_URL : read.errors
  }
  expect(edgeUrl({})).toBe('http://127.0.0.1:4318')
  expect(edgeUrl({ SWITCHBACK_EDGE_PORT: '4400', SWITCHBACK_HOST: '::1' })).toBe('http://[::1]:4400')
  const everywhere = { SWITCHBACK_HOST: '0.0.0.0', SWITCHBACK_PUBLIC_URL: 'https://sb.example.com' }
  expect(edgeUrl(everywhere)).toBe('http://sb.example.com:4318')
  const own = 'https://edge.example.com'
  expect(edgeUrl({ ...everywhere, SWITCHBACK_EDGE_URL: own })).toBe(own)
})
