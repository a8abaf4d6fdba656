import fc from 'fast-check'
import { expect, test } from 'vitest'
import { safeNext } from './safeNext.ts'

test('a Slack link survives the sign-in', () => {
  expect(safeNext('/incidents/in_1')).toBe('/incidents/in_1')
  expect(safeNext('/audit?agent=support-agent&from=2026-11-23')).toBe(
    '/audit?agent=support-agent&from=2026-11-23',
  )
})

test.each([
  'https://elsewhere.example',
  '//elsewhere.example',
  '/\\elsewhere.example',
  '/\t/elsewhere.example',
  '/.//elsewhere.example',
  '/a/..//elsewhere.example',
  'javascript:alert(1)',
  'incidents',
  '',
])('%s does not leave this site', (given) => {
  expect(safeNext(given)).toBe('/')
})

test('the sign-in does not lead to itself, nor to what is no page', () => {
  expect(safeNext('/sign-in?next=/')).toBe('/')
  expect(safeNext('/welcome?token=x')).toBe('/')
  expect(safeNext('/api/auth/signout')).toBe('/')
  expect(safeNext(['/a', '/b'])).toBe('/')
  expect(safeNext(undefined)).toBe('/')
})

test('whatever is given, a browser stays on this site', () => {
  const site = 'https://panel.example'
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.webUrl(),
        fc.string().map((text) => `/${text}`),
      ),
      (given) => {
        expect(new URL(safeNext(given), site).origin).toBe(site)
      },
    ),
  )
})
