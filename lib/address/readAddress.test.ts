import { expect, test } from 'vitest'
import { incidentsAddress } from './incidents.ts'
import { instant, momentMs, readAddress } from './readAddress.ts'
import { rolloutAddress } from './rollout.ts'

test('what it knows is read', () => {
  const asked = { agent: 'support-agent', state: 'open', from: '2026-11-23T14:02' }
  expect(readAddress(incidentsAddress, asked)).toEqual({ wishes: { ...asked, until: null }, ignored: [] })
})

test('what it does not know is left out, and said', () => {
  const { wishes, ignored } = readAddress(incidentsAddress, {
    state: 'soon',
    from: 'tomorrow',
    until: '2026-13-45',
    constructor: 'x',
    agnet: 'support-agent',
  })
  expect(wishes).toEqual({ agent: null, state: null, from: null, until: null })
  expect(ignored).toEqual([
    'state=soon',
    'from=tomorrow',
    'until=2026-13-45',
    'constructor=x',
    'agnet=support-agent',
  ])
})

test('what no database takes is left out before it comes to one', () => {
  const { wishes } = readAddress(incidentsAddress, { agent: 'a\u0000b', from: '0000-01-01' })
  expect(wishes).toMatchObject({ agent: null, from: null })
})

test('an empty value asks for nothing, and of two the first counts', () => {
  const { wishes, ignored } = readAddress(rolloutAddress, { metric: '', range: ['1h', '6h'] })
  expect(wishes).toEqual({ metric: null, range: '1h' })
  expect(ignored).toEqual([])
})

test('however long a value is, little of it is said again', () => {
  const { ignored } = readAddress(incidentsAddress, { agent: 'x'.repeat(10_000) })
  expect(ignored[0]?.length).toBeLessThanOrEqual(60)
})

test('a moment in an address is UTC', () => {
  expect(momentMs('2026-11-23')).toBe(Date.UTC(2026, 10, 23))
  expect(momentMs('2026-11-23T14:02')).toBe(Date.UTC(2026, 10, 23, 14, 2))
})

test('an instant says its seconds and its zone', () => {
  expect(instant('2026-11-23T14:02:05Z')).toBe('2026-11-23T14:02:05Z')
  expect(instant('2026-11-23T14:02:05.250Z')).toBe('2026-11-23T14:02:05.250Z')
  for (const other of ['2026-11-23T14:02', '2026-11-23T14:02:05', '2026-11-23T25:02:05Z', '1700000000000'])
    expect(instant(other)).toBeNull()
})
