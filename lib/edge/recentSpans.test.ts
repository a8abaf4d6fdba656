import { expect, test } from 'vitest'
import { silentPart, type SpanPart } from '#lib/telemetry/spans.ts'
import { recentSpans } from './recentSpans.ts'

const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1000)

function part(traceId: string, spanId: string): SpanPart {
  const times = { startedAt: at(0).toISOString(), endedAt: at(0).toISOString(), durationMs: 0 }
  return { ...silentPart, traceId, spanId, parentSpanId: null, parentRemote: null, ...times }
}

test('a trace that is here whole is given once, each span with when it came', () => {
  const recent = recentSpans()
  recent.add([part('a', '1'), part('b', '1')], at(0))
  recent.add([part('a', '2')], at(1))
  expect(recent.take('a', 2)).toEqual([
    { part: part('a', '1'), receivedAt: at(0) },
    { part: part('a', '2'), receivedAt: at(1) },
  ])
  expect(recent.take('a', 2)).toBeNull()
  expect(recent.take('b', 1)).toHaveLength(1)
})

test('a trace of which another edge has spans is read from the database', () => {
  const recent = recentSpans()
  recent.add([part('a', '1')], at(0))
  expect(recent.take('a', 2)).toBeNull()
  expect(recent.take('never', 0)).toBeNull()
})

test('a trace that is only begun before memory is full is not given', () => {
  const recent = recentSpans()
  recent.add(
    Array.from({ length: 19_999 }, (_, index) => part('large', String(index))),
    at(0),
  )
  recent.add([part('a', '1'), part('a', '2')], at(0))
  expect(recent.take('a', 2)).toBeNull()
  expect(recent.take('large', 19_999)).toHaveLength(19_999)
  recent.add([part('a', '1')], at(0))
  expect(recent.take('a', 1)).toHaveLength(1)
})

test('what nobody asked for in five seconds is forgotten, also when the clock goes back', () => {
  for (const later of [6, -6]) {
    const recent = recentSpans()
    recent.add([part('a', '1')], at(0))
    recent.add([part('b', '1')], at(later))
    expect(recent.take('a', 1)).toBeNull()
    expect(recent.take('b', 1)).toHaveLength(1)
  }
})
