import { describe, expect, test } from 'vitest'
import { isFromOurPages } from './sameOrigin.ts'

const host = 'panel.example'
const asked = (given: { origin?: string; site?: string }, publicHost: string | null = null) =>
  isFromOurPages({ origin: given.origin ?? null, secFetchSite: given.site ?? null, host }, publicHost)

describe('a change comes from our pages', () => {
  test.each([
    { origin: 'https://panel.example' },
    { origin: 'https://panel.example', site: 'same-origin' },
    { site: 'same-origin' },
  ])('with %o', (given) => expect(asked(given)).toBe(true))

  test('at the address that people use, where a proxy stands before the panel', () => {
    expect(asked({ origin: 'https://sb.example.com' }, 'sb.example.com')).toBe(true)
  })
})

describe('a change does not come from our pages', () => {
  test.each([
    {},
    { origin: 'null' },
    { origin: 'https://elsewhere.example' },
    { origin: 'https://elsewhere.example', site: 'same-origin' },
    { origin: 'https://panel.example.elsewhere.example' },
    { origin: 'https://panel.example:8443' },
    { origin: 'https://panel.example', site: 'same-site' },
    { origin: 'https://panel.example', site: 'cross-site' },
    { site: 'cross-site' },
    { site: 'none' },
    { origin: 'panel.example' },
    { origin: '' },
  ])('with %o', (given) => expect(asked(given)).toBe(false))
})
