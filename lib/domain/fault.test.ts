import fc from 'fast-check'
import { expect, test } from 'vitest'
import { childPath, pathKeys } from './fault.ts'

test.each([
  ['stages[2].weight_percent', ['stages', 2, 'weight_percent']],
  ['scores["answer.relevance"].min', ['scores', 'answer.relevance', 'min']],
  ['tools["a[\\"]b"]', ['tools', 'a["]b']],
  ['(document)', []],
])('the keys of %s', (path, keys) => expect(pathKeys(path)).toEqual(keys))

test('any key that went into a path comes out of it', () => {
  const key = fc.oneof(fc.string({ minLength: 1 }), fc.nat())
  fc.assert(
    fc.property(fc.array(key), (keys) => {
      expect(pathKeys(keys.reduce<string>(childPath, 'scores'))).toEqual(['scores', ...keys])
    }),
  )
})
