import { expect, test } from 'vitest'
import { fits, paletteWords } from './paletteWords.ts'

test('a word that begins the name of a screen asks for that screen', () => {
  expect(paletteWords('Refund pol')).toEqual({
    all: ['refund', 'pol'],
    names: ['refund'],
    screens: ['policy'],
  })
  expect(paletteWords('po').screens).toEqual([])
  expect(paletteWords('policy policy').screens).toEqual(['policy'])
})

test('nothing but spaces looks for nothing', () => {
  expect(paletteWords(' \u0000 ')).toEqual({ all: [], names: [], screens: [] })
})

test('however much is pasted, little is looked for', () => {
  const { all } = paletteWords('x '.repeat(5_000))
  expect(all.length).toBeLessThanOrEqual(6)
})

test('a text fits when every word is somewhere in it', () => {
  expect(fits('Support-Agent 2.4.0', ['agent', '2.4'])).toBe(true)
  expect(fits('Support-Agent 2.4.0', ['agent', '2.5'])).toBe(false)
  expect(fits('100%', ['%'])).toBe(true)
  expect(fits('100', ['%'])).toBe(false)
})
