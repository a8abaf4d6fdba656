import { expect, test } from 'vitest'
import { isStale, makeLiveStore } from './liveStore.ts'
import { readChange } from './openLive.ts'

test('a change that cannot be read is a change of anything, so everything is read again', () => {
  expect(readChange('{"agent":"support-agent","rollout":"ro_1"}')).toEqual({
    agent: 'support-agent',
    rollout: 'ro_1',
  })
  expect(readChange('{"agent":7}')).toEqual({})
  expect(readChange('null')).toEqual({})
  expect(readChange('not json')).toEqual({})
})

test('figures are stale after fifteen seconds without news, and not before the first word', () => {
  expect(isStale({ asOf: null, connected: false }, 1e12)).toBe(false)
  expect(isStale({ asOf: 0, connected: true }, 15_000)).toBe(false)
  expect(isStale({ asOf: 0, connected: true }, 15_001)).toBe(true)
})

test('losing the stream keeps when the last word came', () => {
  const store = makeLiveStore()
  store.heard(true)
  const { asOf } = store.read()
  store.lost()
  expect(store.read()).toEqual({ asOf, connected: false })
})
