import { expect, test } from 'vitest'
import { looksLikeToken, newTokenSecret, tokenPattern } from './secret.ts'

test('a scanner knows a token by its pattern, and tells it from chance by its checksum', () => {
  const token = newTokenSecret()
  expect(tokenPattern.exec(`SWITCHBACK_TOKEN="${token}"`)?.[0]).toBe(token)
  expect(looksLikeToken(token)).toBe(true)
  const last = token.endsWith('0') ? '1' : '0'
  expect(looksLikeToken(`${token.slice(0, -1)}${last}`)).toBe(false)
  expect(
    looksLikeToken(token.replace(/[0-9a-f](?=_[0-9a-f]{8}$)/, (digit) => (digit === '0' ? '1' : '0'))),
  ).toBe(false)
  expect(looksLikeToken(token.slice(1))).toBe(false)
})

test('two tokens are never the same', () => {
  expect(new Set(Array.from({ length: 100 }, newTokenSecret)).size).toBe(100)
})
