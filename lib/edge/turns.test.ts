import { setImmediate as nextRound } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { inPieces, turns } from './turns.ts'

test('of many who ask at once, one goes on in a round, in the order in which they asked', async () => {
  const turn = turns()
  const gone: number[] = []
  let rounds = 0
  const all = [1, 2, 3, 4].map(async (number) => {
    await turn()
    gone.push(number)
  })
  while (gone.length < 4) {
    const before = gone.length
    await nextRound()
    rounds += 1
    expect(gone.length - before).toBeLessThanOrEqual(1)
  }
  await Promise.all(all)
  expect(gone).toEqual([1, 2, 3, 4])
  expect(rounds).toBeGreaterThanOrEqual(4)
})

test('work in pieces gives what it would give at once, and lets others in between', async () => {
  let others = 0
  const other = (async () => {
    for (let round = 0; round < 3; round += 1) {
      await nextRound()
      others += 1
    }
  })()
  const seen: number[] = []
  const doubled = await inPieces([1, 2, 3, 4, 5], 2, (number) => {
    seen.push(others)
    return number * 2
  })
  await other
  expect(doubled).toEqual([2, 4, 6, 8, 10])
  expect(new Set(seen).size).toBeGreaterThan(1)
  expect(await inPieces([], 2, String)).toEqual([])
})
