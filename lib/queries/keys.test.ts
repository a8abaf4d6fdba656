import { expect, test } from 'vitest'
import { keyOfPushed, keys, pushedKey, touches } from './keys.ts'

test('a change of one agent refreshes the lists, its own page, and no other agent’s', () => {
  const change = { agent: 'support-agent', rollout: 'ro_1' }
  expect(touches(change, keys.now)).toBe(true)
  expect(touches(change, keys.shell)).toBe(true)
  expect(touches(change, keys.audit({}))).toBe(true)
  expect(touches(change, keys.agent('support-agent'))).toBe(true)
  expect(touches(change, keys.agent('mail-agent'))).toBe(false)
  expect(touches(change, keys.rollout('ro_1'))).toBe(true)
  expect(touches(change, keys.rollout('ro_2'))).toBe(false)
})

test('a change that names no rollout may be about any', () => {
  expect(touches({ agent: 'support-agent' }, keys.rollout('ro_2'))).toBe(true)
  expect(touches({ rollout: 'ro_1' }, keys.incident('in_1'))).toBe(true)
})

test('what is no view is left alone', () => {
  expect(touches({}, ['draft'])).toBe(false)
})

test('what the event stream sends goes where the page reads it; everything else is read again', () => {
  for (const key of [keys.now, keys.shell, keys.rollout('ro_1'), keys.series('ro_1'), keys.agent('a:b')]) {
    expect(keyOfPushed(pushedKey(key) ?? '')).toEqual(key)
  }
  for (const key of [
    keys.agents,
    keys.incidents({}),
    keys.seriesOver('ro_1', '1h'),
    keys.audit({}),
    ['draft', 'now'],
  ]) {
    expect(pushedKey(key)).toBeNull()
  }
})
