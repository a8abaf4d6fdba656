import { expect, test } from 'vitest'
import { degradedRows } from './degradedRows.ts'
import { degradedLine } from './degradedTable.ts'
import { healthyRows } from './healthyRows.ts'
import { breaksPromise, healthyLine, wrongStops } from './healthyTable.ts'
import { play } from './play.ts'
import { plainSetting, stagesOf } from './setting.ts'

const quick = { ...plainSetting, perSecond: 20, beforeS: 60, maxS: 900, stages: stagesOf([20, 20, 20]) }

test('a healthy candidate gets to 100 %', () => {
  const { stop, last, fullS } = play({ ...quick, afterS: 60 }, 3)
  expect(stop).toBeNull()
  expect(last.share).toBe(1)
  expect(fullS).toBeGreaterThan(60)
})

test('the same seed plays the same rollout', () => {
  const setting = { ...quick, maxS: 60 }
  const once = play(setting, 3)
  expect(play(setting, 3)).toEqual(once)
  expect(play(setting, 4)).not.toEqual(once)
})

test('a candidate that always fails is stopped', () => {
  const { stop } = play({ ...quick, fault: { fromS: 60, errors: 1 } }, 1)
  expect(stop?.reason).toBe('error_spike')
  expect(stop?.afterS).toBeGreaterThan(0)
  expect(stop?.afterS).toBeLessThan(60)
})

test.each([
  ['slower', { slower: 1.6 }, 'slow'],
  ['dearer', { dearer: 2 }, 'costlier'],
  ['failing tools', { tools: 0.3 }, 'tool_fail'],
] as const)('%s is stopped for that', (_, fault, by) => {
  const { stop } = play({ ...quick, stages: stagesOf([900, 900, 900]), fault: { fromS: 30, ...fault } }, 1)
  expect(stop?.question).toContain(by)
})

test('a candidate whose runs hang is held for its silence', () => {
  const { hold } = play(
    { ...quick, maxS: 400, stages: stagesOf([900, 900, 900]), fault: { fromS: 30, hung: 1 } },
    1,
  )
  expect(hold?.reason).toBe('candidate_silent')
})

test('every row can be played', () => {
  const short = { perSecond: 1, beforeS: 30, maxS: 60, afterS: 10 }
  for (const row of healthyRows) {
    const played = [1, 2].map((seed) => play({ ...row.setting(seed), ...short }, seed))
    expect(healthyLine(row, played)).toHaveLength(9)
  }
  for (const row of degradedRows.filter(({ begins }) => begins !== 'at 100 %')) {
    const { fault } = row.setting
    const setting = { ...row.setting, ...short, fault: fault && { ...fault, fromS: 20 } }
    expect(degradedLine(row, [play(setting, 1)])).toHaveLength(12)
  }
})

test('more wrong stops than chance explains break the promise, stops for what is worse do not', () => {
  const [first] = healthyRows
  const [one] = [play({ ...quick, fault: { fromS: 0, errors: 1 } }, 1)]
  if (!first || !one) throw new Error('No row')
  const fine = { ...one, stop: null }
  const among = (stopped: number, of: number) =>
    Array.from({ length: of }, (_, k) => (k < stopped ? one : fine))
  expect(breaksPromise(first, among(10, 1_000))).toBe(false)
  expect(breaksPromise(first, among(20, 1_000))).toBe(false)
  expect(breaksPromise(first, among(22, 1_000))).toBe(true)
  expect(wrongStops({ ...first, rightful: [one.stop?.question ?? ''] }, among(22, 1_000))).toHaveLength(0)
})
