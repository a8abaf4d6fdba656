import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSameVersion, nearestVersion } from './nearestVersion.ts'

test.each([
  ['v1.1.0', '1.1.0'],
  ['V1.1.0', '1.1.0'],
  ['=1.1.0', '1.1.0'],
  ['=v1.1.0', '1.1.0'],
  ['1.1.0+build.7', '1.1.0'],
  ['1.1.0', 'v1.1.0'],
  ['2.0.0-RC.1', '2.0.0-rc.1'],
  ['Release-7', 'release-7'],
])('%s is %s, written in another way', (sent, registered) => {
  expect(isSameVersion(sent, registered)).toBe(true)
  expect(nearestVersion(sent, ['1.1.1', '2.0.0', registered])).toBe(registered)
})

test('is the one with the fewest edits, and none that is farther than two', () => {
  expect(nearestVersion('1.1.00', ['1.0.0', '1.1.0'])).toBe('1.1.0')
  expect(nearestVersion('2.4', ['2.4.0'])).toBe('2.4.0')
  expect(nearestVersion('20261128', ['2.4.0', '1.1.0'])).toBeNull()
  expect(nearestVersion('production', ['2.4.0'])).toBeNull()
})

test('is the first of those that are equally near, and the same before the near', () => {
  expect(nearestVersion('1.1.2', ['1.1.3', '1.1.1'])).toBe('1.1.3')
  expect(nearestVersion('v1.1.2', ['1.1.3', '1.1.2'])).toBe('1.1.2')
})

test('short names that have little in common are not near', () => {
  expect(nearestVersion('1', ['2'])).toBeNull()
  expect(nearestVersion('ab', ['cd'])).toBeNull()
  expect(nearestVersion('', ['1.1.0'])).toBeNull()
  expect(nearestVersion('v', ['1.1.0'])).toBeNull()
})

test('there is none without registered versions', () => {
  expect(nearestVersion('1.1.0', [])).toBeNull()
})

test('a registered version is its own nearest, and what is answered is always registered', () => {
  const name = fc.string({ minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(name, fc.array(name, { maxLength: 8 }), (sent, registered) => {
      const found = nearestVersion(sent, registered)
      expect(found === null || registered.includes(found)).toBe(true)
    }),
  )
  expect(nearestVersion('1.1.0', ['1.1.1', '1.1.0'])).toBe('1.1.0')
})
