import { expect, test } from 'vitest'
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
