import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isManifest, type Manifest, manifestDifference, manifestFaults } from './manifest.ts'

const before: Manifest = {
  prompt: 'You help customers.',
  model: 'large-2',
  tools: [
    { name: 'search', timeoutMs: 500 },
    { name: 'refund', limitUsd: 50 },
  ],
  settings: { retries: 2 },
}

describe('what is a manifest', () => {
  test.each([null, undefined, 'text', 5, [], {}])('is not %j', (value) => {
    expect(isManifest(value)).toBe(false)
  })

  test('takes parts that we have no words for', () => {
    expect(isManifest({ retrieval: { index: 'kb-7' } })).toBe(true)
  })

  test('names the place of text that could not be stored unchanged', () => {
    expect(manifestFaults({ settings: { 'a.b': ['x', 'y\0'] }, prompt: '\uD800' })).toMatchObject([
      { path: 'settings["a.b"][1]', expected: 'text without NUL characters' },
      { path: 'prompt', expected: 'well-formed Unicode text' },
    ])
  })

  test('refuses a key that means something to JavaScript, and one that cannot be stored', () => {
    const parsed: unknown = JSON.parse('{"settings": {"__proto__": {"x": 1}, "a\\u0000": 1}}')
    expect(manifestFaults(parsed).map((fault) => fault.expected)).toEqual([
      'another key',
      'text without NUL characters',
    ])
  })

  test('refuses endless nesting without falling over', () => {
    const deep: unknown = JSON.parse('{"a":'.repeat(5000) + '1' + '}'.repeat(5000))
    expect(manifestFaults(deep)).toMatchObject([{ expected: 'at most 32 levels' }])
  })
})

describe('the difference of two manifests', () => {
  test('names each place once, with both sides', () => {
    const after = { ...before, prompt: 'You help clients.', settings: { retries: 2, seed: 7 } }
    expect(manifestDifference(before, after)).toEqual([
      { path: 'prompt', before: 'You help customers.', after: 'You help clients.' },
      { path: 'settings.seed', before: undefined, after: 7 },
    ])
  })

  test('a removed tool is one change, not a change of every tool after it', () => {
    const after = { ...before, tools: [{ name: 'refund', limitUsd: 80 }] }
    expect(manifestDifference(before, after)).toEqual([
      { path: 'tools["search"]', before: { name: 'search', timeoutMs: 500 }, after: undefined },
      { path: 'tools["refund"].limitUsd', before: 50, after: 80 },
    ])
  })

  test('another order of the tools is a change', () => {
    const after = { ...before, tools: [...(before.tools as Manifest[])].reverse() }
    expect(manifestDifference(before, after)).toEqual([
      { path: 'tools', before: ['search', 'refund'], after: ['refund', 'search'] },
    ])
  })

  test('a list of words is one change', () => {
    expect(manifestDifference({ tools: ['a', 'b'] }, { tools: ['b'] })).toEqual([
      { path: 'tools', before: ['a', 'b'], after: ['b'] },
    ])
  })

  test('shows the parts we have words for first, in their order', () => {
    const paths = manifestDifference({}, { zeta: 1, alpha: 1, settings: 1, prompt: 1 }).map(
      (change) => change.path,
    )
    expect(paths).toEqual(['prompt', 'settings', 'alpha', 'zeta'])
  })

  test('null is a value and not an absence', () => {
    expect(manifestDifference({ model: null }, {})).toEqual([
      { path: 'model', before: null, after: undefined },
    ])
  })

  test('is the mirror image when the sides are exchanged', () => {
    const part = fc.dictionary(fc.constantFrom('prompt', 'tools', 'x'), fc.jsonValue({ maxDepth: 3 }))
    fc.assert(
      fc.property(part, part, (a, b) => {
        const there = manifestDifference(a as Manifest, b as Manifest).map((change) => change.path)
        const back = manifestDifference(b as Manifest, a as Manifest).map((change) => change.path)
        expect(back.sort()).toEqual(there.sort())
      }),
    )
  })
})
