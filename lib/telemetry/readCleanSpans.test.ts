import fc from 'fast-check'
import { expect, test } from 'vitest'
import { writeOtlpProtobuf } from '#lib/testing/otlpWire.ts'
import { type RawTraces, recordings } from '#lib/testing/recording.ts'
import { type OtlpLimits, otlpLimits } from './otlpLimits.ts'
import { readProtobuf } from './otlpProtobuf.ts'
import { readSpans } from './otlpSpan.ts'
import { Unreadable } from './problem.ts'
import { readCleanSpans } from './readCleanSpans.ts'

/** What the whole reader makes of it; the word when it refuses the request. */
function wholly(bytes: Uint8Array, limits: OtlpLimits) {
  try {
    return readSpans(readProtobuf(bytes, limits), limits)
  } catch (error) {
    if (error instanceof Unreadable) return 'refused'
    throw error
  }
}

/** Whether it was read at all. */
function readsAlike(bytes: Uint8Array, limits = otlpLimits): boolean {
  const spans = readCleanSpans(bytes, limits)
  if (spans) expect({ spans, rejected: [] }).toEqual(wholly(bytes, limits))
  return spans !== null
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('', 'gpt-4o-mini', 'a\0b', 'ünïcödé ✓', '__proto__', 'x'.repeat(300)),
)
const key = fc.oneof(
  text,
  fc.constantFrom(
    'gen_ai.operation.name',
    'gen_ai.input.messages',
    'ai.prompt',
    'genkit:output',
    'error',
    '7',
    'constructor',
  ),
)
const primitive = fc.oneof(
  fc.record({ stringValue: text }),
  fc.record({ boolValue: fc.boolean() }),
  fc.record({ intValue: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String) }),
  fc.record({ intValue: fc.nat() }),
  fc.record({ doubleValue: fc.double() }),
  fc.record({ bytesValue: fc.constant('abcd') }),
  fc.constant({}),
  fc.record({ stringValue: text, intValue: fc.nat() }),
)
const value = fc.oneof(
  { weight: 4, arbitrary: primitive },
  fc.record({ arrayValue: fc.record({ values: fc.array(primitive, { maxLength: 4 }) }) }),
  fc.record({ kvlistValue: fc.constant({ values: [{ key: 'a', value: { stringValue: 'b' } }] }) }),
)
const attributes = fc.array(fc.record({ key, value }, { requiredKeys: ['key'] }), { maxLength: 6 })
const hexOf = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map(hex)
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const nanoseconds = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String)

const span = fc.record(
  {
    traceId: hexOf(16),
    spanId: hexOf(8),
    parentSpanId: fc.oneof(hexOf(8), fc.constantFrom('', '0000000000000000', 'abcd')),
    traceState: text,
    name: text,
    kind: fc.integer({ min: 0, max: 9 }),
    flags: fc.constantFrom(0, 1, 0x100, 0x301),
    startTimeUnixNano: nanoseconds,
    endTimeUnixNano: nanoseconds,
    attributes,
    events: fc.array(
      fc.record({
        timeUnixNano: nanoseconds,
        name: fc.constantFrom('exception', 'gen_ai.evaluation.result', 'other'),
        attributes: fc.array(
          fc.record({ key: fc.constantFrom('exception.type', 'gen_ai.evaluation.name'), value: primitive }),
          { maxLength: 2 },
        ),
      }),
      { maxLength: 2 },
    ),
    links: fc.array(fc.record({ traceId: hexOf(16), spanId: hexOf(8) }), { maxLength: 1 }),
    status: fc.record({ message: text, code: fc.integer({ min: 0, max: 4 }) }, { requiredKeys: [] }),
  },
  { requiredKeys: ['traceId', 'spanId'] },
)
const request = fc.record({
  resourceSpans: fc.array(
    fc.record(
      {
        resource: fc.record({ attributes }),
        scopeSpans: fc.array(
          fc.record(
            { scope: fc.record({ name: text, version: text }), spans: fc.array(span, { maxLength: 4 }) },
            { requiredKeys: [] },
          ),
          { maxLength: 2 },
        ),
      },
      { requiredKeys: [] },
    ),
    { maxLength: 2 },
  ),
})
const bodyOf = (traces: unknown) => writeOtlpProtobuf(traces as RawTraces)

test('whatever is sent is read as the whole reader reads it', () => {
  fc.assert(
    fc.property(request, (traces) => void readsAlike(bodyOf(traces))),
    { numRuns: 400 },
  )
})

test('bytes that were changed on their way are never read differently', () => {
  const change = fc.record({ at: fc.nat(), to: fc.nat(255) })
  fc.assert(
    fc.property(request, fc.array(change, { minLength: 1, maxLength: 3 }), (traces, changes) => {
      const body = Uint8Array.from(bodyOf(traces))
      if (body.length === 0) return
      for (const { at, to } of changes) body[at % body.length] = to
      readsAlike(body)
    }),
    { numRuns: 600 },
  )
})

test('cut off anywhere, what was sent is not read', () => {
  const body = bodyOf(recordings()[0]?.requests[0]?.traces)
  expect(readsAlike(body)).toBe(true)
  for (let length = 1; length < body.length; length += 7) readsAlike(body.subarray(0, length))
})

test('limits hold as they do in the whole reader', () => {
  const tight = { spansMax: 2, attributesMax: 2, messagesMax: 20, textMax: 8, itemsMax: 1 }
  fc.assert(
    fc.property(request, (traces) => void readsAlike(bodyOf(traces), tight)),
    { numRuns: 300 },
  )
})

test.each(recordings().map((recording) => [recording.framework, recording.situation, recording] as const))(
  'nothing that %s sends (%s) needs the whole reader',
  (_, __, { requests }) => {
    expect(requests.map(({ traces }) => readsAlike(bodyOf(traces)))).toEqual(requests.map(() => true))
  },
)
