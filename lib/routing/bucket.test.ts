import fc from 'fast-check'
import { xxHash32 } from 'js-xxhash'
import { expect, test } from 'vitest'
import { bucketOf } from './bucket.ts'

// XXH32, seed 0, of the UTF-8 bytes, as Debian's `xxh32sum` 0.8.1 prints it.
test.each([
  ['', 0x02cc5d05],
  ['a', 0x550d7456],
  ['abc', 0x32d153ff],
  ['Nobody inspects the spammish repetition', 0xe2293b2f],
  ['größe.ro_9f', 0x354d3388],
  ['会話-1.ro_9f', 0xabf6d0ee],
  ['🛑-conv.ro_9f', 0xd05ac856],
  ['Ωmega-conversation-0123456789-ünïcödé.ro_9f', 0x4fb0ae38],
])('hashes %j as the reference tool does', (text, expected) => {
  expect(xxHash32(new TextEncoder().encode(text), 0)).toBe(expected)
})

test.each([
  ['conv-1', 0xf3448ee6],
  ['会話-1', 0xabf6d0ee],
  ['🛑-conv', 0xd05ac856],
])('puts %j into the bucket of its UTF-8 bytes', (unit, hash) => {
  expect(bucketOf(unit, 'ro_9f')).toBe(hash % 10_000)
})

test('a bucket is a whole number from 0 to 9 999, whatever the id', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (unit, salt) => {
      const bucket = bucketOf(unit, salt)
      return Number.isInteger(bucket) && bucket >= 0 && bucket < 10_000
    }),
  )
})

test('another salt draws another cohort', () => {
  const ids = Array.from({ length: 10_000 }, (_, at) => `conversation-${at}`)
  const both = ids.filter((id) => bucketOf(id, 'ro_1') < 1_000 && bucketOf(id, 'ro_2') < 1_000)
  // Two independent tenths share a hundredth: 100 ± 5 standard deviations of a binomial.
  expect(both.length).toBeGreaterThan(50)
  expect(both.length).toBeLessThan(150)
})
