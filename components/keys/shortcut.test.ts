import { describe, expect, test } from 'vitest'
import { type Keyboard, type Pressed, wishOf } from './shortcut.ts'

const press = (key: string, changes: Partial<Pressed> = {}): Pressed => ({
  key,
  command: false,
  alt: false,
  typing: false,
  dialog: false,
  ...changes,
})
const keyboard: Keyboard = { singleKeys: true, going: false, places: { i: '/incidents' } }

test.each([
  ['/', { kind: 'search' }],
  ['?', { kind: 'help' }],
  ['j', { kind: 'row', by: 1 }],
  ['k', { kind: 'row', by: -1 }],
  ['g', { kind: 'going' }],
  ['x', null],
  ['Enter', null],
])('%s alone', (key, wish) => {
  expect(wishOf(press(key), keyboard)).toEqual(wish)
})

test('g and a letter goes to a place, and to nothing that has no such letter', () => {
  const going = { ...keyboard, going: true }
  expect(wishOf(press('i'), going)).toEqual({ kind: 'go', href: '/incidents' })
  expect(wishOf(press('j'), going)).toBeNull()
  expect(wishOf(press('i'), keyboard)).toBeNull()
})

describe.each(['typing', 'dialog'] as const)('%s', (where) => {
  test.each(['/', '?', 'j', 'k', 'g', 'i'])('%s does nothing there, after g neither', (key) => {
    expect(wishOf(press(key, { [where]: true }), keyboard)).toBeNull()
    expect(wishOf(press(key, { [where]: true }), { ...keyboard, going: true })).toBeNull()
  })
  test('nor does the palette open', () => {
    expect(wishOf(press('k', { command: true, [where]: true }), keyboard)).toBeNull()
  })
})

test('with single keys switched off, only the palette is left', () => {
  const off = { ...keyboard, singleKeys: false }
  for (const key of ['/', '?', 'j', 'k', 'g']) expect(wishOf(press(key), off)).toBeNull()
  expect(wishOf(press('k', { command: true }), off)).toEqual({ kind: 'palette' })
})

test('a browser keeps its own shortcuts', () => {
  for (const key of ['j', 'g', '/', 'r'])
    expect(wishOf(press(key, { command: true }), keyboard), key).toBeNull()
  expect(wishOf(press('j', { alt: true }), keyboard)).toBeNull()
})
