import { expect, test } from 'vitest'
import { spanOf } from './travel.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 24, 2) + seconds * 1000)
const mark = (seconds: number) => ({
  at: at(seconds).toISOString(),
  label: 'event',
  tone: 'neutral' as const,
})
const travel = { from: at(0).toISOString(), to: at(100).toISOString(), marks: [mark(0), mark(40), mark(100)] }

test('it never goes past now, nor past the end', () => {
  expect(spanOf(travel, at(60)).to).toBe(at(60).getTime())
  expect(spanOf(travel, at(600)).to).toBe(at(100).getTime())
  expect(spanOf(travel, at(60)).within(at(90).getTime())).toBe(at(60).getTime())
  expect(spanOf(travel, at(60)).within(at(-9).getTime())).toBe(at(0).getTime())
})

test('a browser whose clock is behind still has a stretch to move along', () => {
  const span = spanOf(travel, at(-60))
  expect(span.to).toBeGreaterThan(span.from)
})

test('goes from event to event, and no further', () => {
  const span = spanOf(travel, at(600))
  expect(span.before(at(100).getTime())).toBe(at(40).getTime())
  expect(span.before(at(0).getTime())).toBeNull()
  expect(span.after(at(40).getTime())).toBe(at(100).getTime())
  expect(span.after(at(100).getTime())).toBeNull()
  expect(span.part(at(50).getTime())).toBe(0.5)
})

test('keys go by seconds along minutes, and by minutes along a day', () => {
  expect(spanOf(travel, at(600)).stepMs).toBe(1000)
  expect(spanOf({ ...travel, to: at(86_400).toISOString() }, at(90_000)).stepMs).toBe(432_000)
})
