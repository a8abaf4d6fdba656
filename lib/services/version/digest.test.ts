import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Manifest, manifestDifference } from '#lib/domain/manifest.ts'
import { digestOf } from './digest.ts'

test('is SHA-256 of the canonical JSON', () => {
  // printf '{"model":"large-2","prompt":"h\u00e9"}' | sha256sum, in UTF-8
  expect(digestOf({ prompt: 'hé', model: 'large-2' })).toBe(
    'sha256:bd048f27609c9b22e76cf934356d98bc87f08447ff55452509511bac01536478',
  )
})

test('does not see the order of keys nor how a number is written', () => {
  const one = JSON.parse('{"parameters":{"temperature":0.50,"top":1e2},"model":"m"}') as Manifest
  const other = JSON.parse('{"model":"m","parameters":{"top":100,"temperature":0.5}}') as Manifest
  expect(digestOf(one)).toBe(digestOf(other))
})

test('two digests are the same exactly when the manifests do not differ', () => {
  const value = fc.jsonValue({ maxDepth: 3, noUnicodeString: false })
  const named = fc.array(
    fc.record({ name: fc.constantFrom('a', 'b', 'c'), x: fc.integer({ min: 0, max: 1 }) }),
  )
  const manifest = fc.dictionary(fc.constantFrom('prompt', 'tools'), fc.oneof(value, named), { minKeys: 1 })
  fc.assert(
    fc.property(manifest, manifest, (a, b) => {
      const backwards = Object.fromEntries(Object.entries(a).reverse())
      expect(manifestDifference(a as Manifest, backwards as Manifest)).toEqual([])
      expect(digestOf(a as Manifest)).toBe(digestOf(backwards as Manifest))
      const same = manifestDifference(a as Manifest, b as Manifest).length === 0
      expect(digestOf(a as Manifest) === digestOf(b as Manifest)).toBe(same)
    }),
    { numRuns: 500 },
  )
})
