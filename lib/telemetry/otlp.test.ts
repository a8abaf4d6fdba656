import protobuf from 'protobufjs/minimal.js'
import { describe, expect, test } from 'vitest'
import { decodeTraces, encodeExportResponse, otlpEncodingOf } from './otlp.ts'
import { otlpLimits } from './otlpLimits.ts'

const traceId = '5b8efff798038103d269b633813fc60c'
const spanId = 'eee19b7ec3c1b174'

const span = {
  traceId,
  spanId,
  name: 'invoke_agent',
  kind: 1,
  startTimeUnixNano: '1795442400000000000',
  endTimeUnixNano: '1795442401000000000',
}

const ofSpans = (...spans: readonly unknown[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] })
const ofAttribute = (value: unknown) => ofSpans({ ...span, attributes: [{ key: 'a', value }] })

function decodeJson(value: unknown) {
  return decodeTraces(
    new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value)),
    'json',
  )
}

function spansOf(value: unknown) {
  const decoded = decodeJson(value)
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.problem))
  return decoded
}

const at = 'resourceSpans[0].scopeSpans[0].spans[0]'

describe('OTLP as JSON', () => {
  test('a span is read, its ids in lower case', () => {
    const { spans, rejected } = spansOf(
      ofSpans({ ...span, traceId: traceId.toUpperCase(), parentSpanId: '' }),
    )
    expect(rejected).toEqual([])
    expect(spans).toMatchObject([{ traceId, spanId, parentSpanId: null, kind: 'internal', path: at }])
    expect(spans[0]?.startNs).toBe(1_795_442_400_000_000_000n)
    expect(spans[0]?.endNs).toBe(1_795_442_401_000_000_000n)
  })

  test.each([
    ['text', { stringValue: 'x' }, 'x'],
    ['a number as text', { intValue: '100' }, 100],
    ['a number as a number', { intValue: 100 }, 100],
    ['a fraction', { doubleValue: 0.25 }, 0.25],
    ['false', { boolValue: false }, false],
    ['a list', { arrayValue: { values: [{ stringValue: 'a' }, { intValue: 2 }] } }, ['a', 2]],
  ])('an attribute of %s keeps its value', (_, value, expected) => {
    expect(spansOf(ofAttribute(value)).spans[0]?.attributes).toEqual({ a: expected })
  })

  test.each([
    ['a key-value list', { kvlistValue: { values: [{ key: 'b', value: { stringValue: 'x' } }] } }],
    ['bytes', { bytesValue: 'AAAA' }],
    ['nothing', {}],
    ['infinity', { doubleValue: 'Infinity' }],
  ])('an attribute of %s is left out', (_, value) => {
    expect(spansOf(ofAttribute(value)).spans[0]?.attributes).toEqual({})
  })

  test('unknown fields change nothing', () => {
    const strange = {
      ...ofSpans({ ...span, flags: 1, events: [{ name: 1 }, 2, null], future: { a: [] } }),
      more: true,
    }
    expect(spansOf(strange)).toEqual(spansOf(ofSpans(span)))
  })

  test.each([
    [undefined, null],
    [1, null],
    [0x200, null],
    [0x100, false],
    [0x101, false],
    [0x300, true],
    ['769', true],
    [2 ** 32 - 1, true],
  ])('flags %s say whether the parent is remote: %s', (flags, parentRemote) => {
    expect(spansOf(ofSpans({ ...span, flags })).spans).toMatchObject([{ parentRemote }])
  })

  test('of events only the type of an exception is read', () => {
    const attributes = ['exception.type', 'exception.message', 'exception.stacktrace'].map((key) => ({
      key,
      value: { stringValue: `the ${key}` },
    }))
    const events = [
      { name: 'gen_ai.choice', attributes },
      { name: 'exception' },
      { name: 'exception', attributes },
    ]
    expect(spansOf(ofSpans({ ...span, events })).spans[0]?.events).toEqual([
      { name: 'exception', attributes: {} },
      { name: 'exception', attributes: { 'exception.type': 'the exception.type' } },
    ])
    expect(spansOf(ofSpans({ ...span, events: 'none' })).spans[0]?.events).toEqual([])
  })

  test('an attribute named like a built-in property is an attribute, and no more', () => {
    const attributes = [
      { key: '__proto__', value: { stringValue: 'x' } },
      { key: 'a', value: { stringValue: 'y' } },
    ]
    const read = spansOf(ofSpans({ ...span, attributes })).spans[0]?.attributes
    expect(Object.keys(read ?? {})).toEqual(['__proto__', 'a'])
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
  })

  test('text is kept in a form that a database takes', () => {
    const [read] = spansOf(ofAttribute({ stringValue: `a\0b\ud800${'x'.repeat(20_000)}` })).spans
    const text = String(read?.attributes['a'])
    expect(text.startsWith('ab\ufffd')).toBe(true)
    expect(text.length).toBeLessThanOrEqual(otlpLimits.textMax)
  })

  test.each([
    ['not JSON', '{"resourceSpans": [', '', 'JSON'],
    ['a list at the top', '[]', '', 'an object'],
    ['a number for a list', { resourceSpans: 5 }, 'resourceSpans', 'a list'],
    ['text for a span', ofSpans('x'), at, 'an object'],
    ['a number for an id', ofSpans({ ...span, traceId: 5 }), `${at}.traceId`, 'text'],
    [
      'a word for a time',
      ofSpans({ ...span, endTimeUnixNano: 'now' }),
      `${at}.endTimeUnixNano`,
      'nanoseconds',
    ],
    [
      'a fraction for a time',
      ofSpans({ ...span, startTimeUnixNano: 1.5 }),
      `${at}.startTimeUnixNano`,
      'nanoseconds',
    ],
    ['a word for a kind', ofSpans({ ...span, kind: 'odd' }), `${at}.kind`, 'internal'],
    ['a word for flags', ofSpans({ ...span, flags: 'x' }), `${at}.flags`, 'a whole number'],
    ['a number for text', ofAttribute({ stringValue: 5 }), `${at}.attributes[0].value.stringValue`, 'text'],
    [
      'a word for a number',
      ofAttribute({ intValue: 'many' }),
      `${at}.attributes[0].value.intValue`,
      'number',
    ],
    ['a word for a flag', ofAttribute({ boolValue: 'yes' }), `${at}.attributes[0].value.boolValue`, 'true'],
  ])('%s is refused with its path and what was expected', (_, body, path, expected) => {
    const decoded = decodeJson(body)
    if (decoded.ok) throw new Error('was taken')
    expect(decoded.status).toBe(400)
    expect(decoded.problem.path).toBe(path)
    expect(decoded.problem.expected).toContain(expected)
    expect(decoded.problem.given).not.toBe('')
  })

  test('bytes that are not UTF-8 are refused', () => {
    expect(decodeTraces(new Uint8Array([0x7b, 0xff, 0x7d]), 'json')).toMatchObject({ ok: false, status: 400 })
  })

  test('nesting a million deep is refused, or left unread where it is no field of ours', () => {
    const deep = '['.repeat(1_000_000) + ']'.repeat(1_000_000)
    expect(decodeJson(deep)).toMatchObject({ ok: false, status: 400 })
    expect(decodeJson(`{"other": ${deep}}`)).toMatchObject({ ok: true, spans: [] })
  })
})

describe('a span that cannot be used is refused alone', () => {
  const many = Array.from({ length: otlpLimits.attributesMax + 1 }, (_, i) => ({ key: `k${i}`, value: {} }))
  test.each([
    ['no trace id', { ...span, traceId: '' }, `${at}.traceId`],
    ['an id of zeroes', { ...span, traceId: '0'.repeat(32) }, `${at}.traceId`],
    ['a short span id', { ...span, spanId: 'abc' }, `${at}.spanId`],
    ['an id that is not hex', { ...span, spanId: 'zzzzzzzzzzzzzzzz' }, `${at}.spanId`],
    ['too many attributes', { ...span, attributes: many }, `${at}.attributes`],
  ])('%s', (_, bad, path) => {
    const decoded = spansOf(ofSpans(bad, span))
    expect(decoded.spans.length).toBe(1)
    expect(decoded.rejected.map((problem) => problem.path)).toEqual([path])
  })
})

describe('limits', () => {
  test('more spans than are taken in one request refuse the request, in either encoding', () => {
    const limits = { ...otlpLimits, spansMax: 2 }
    const json = new TextEncoder().encode(JSON.stringify(ofSpans(span, span, span)))
    expect(decodeTraces(json, 'json', limits)).toMatchObject({ ok: false, status: 413 })
    expect(decodeTraces(protobufOf(3), 'protobuf', limits)).toMatchObject({ ok: false, status: 413 })
    expect(decodeTraces(protobufOf(2), 'protobuf', limits)).toMatchObject({ ok: true })
  })

  test('a body of empty messages is given up on before it fills the memory', () => {
    const empties = new Uint8Array(8 * 2 ** 20)
    for (let i = 0; i < empties.length; i += 2) empties[i] = 0x0a
    expect(decodeTraces(empties, 'protobuf')).toMatchObject({
      ok: false,
      status: 413,
      problem: { path: `resourceSpans[${otlpLimits.messagesMax - 1}]` },
    })
  })
})

/** A request with so many spans that have ids and nothing else. */
function protobufOf(spans: number): Uint8Array {
  const writer = protobuf.Writer.create().uint32(0x0a).fork().uint32(0x12).fork()
  for (let i = 0; i < spans; i += 1) {
    writer.uint32(0x12).fork()
    writer
      .uint32(0x0a)
      .bytes(Buffer.from(traceId, 'hex'))
      .uint32(0x12)
      .bytes(Buffer.from(spanId, 'hex'))
      .ldelim()
  }
  return writer.ldelim().ldelim().finish()
}

describe('OTLP as protobuf', () => {
  const whole = protobufOf(1)

  test('nothing is an empty request', () => {
    expect(decodeTraces(new Uint8Array(0), 'protobuf')).toEqual({ ok: true, spans: [], rejected: [] })
  })

  test('cut off anywhere, it is refused with how far it went', () => {
    expect(decodeTraces(whole, 'protobuf')).toMatchObject({ ok: true, spans: [{ traceId, spanId }] })
    for (let length = 1; length < whole.length; length += 1) {
      const decoded = decodeTraces(whole.subarray(0, length), 'protobuf')
      expect(decoded).toMatchObject({ ok: false, status: 400 })
    }
  })

  test('a field of the wrong wire type is refused with its path', () => {
    const body = protobuf.Writer.create()
      .uint32(0x0a)
      .fork()
      .uint32(0x12)
      .fork()
      .uint32(0x12)
      .fork()
      .uint32(0x08)
      .uint32(5)
      .ldelim()
      .ldelim()
      .ldelim()
      .finish()
    expect(decodeTraces(body, 'protobuf')).toEqual({
      ok: false,
      status: 400,
      problem: { path: `${at}.traceId`, given: 'wire type 0', expected: 'wire type 2' },
    })
  })

  test('a length that runs past its message is refused', () => {
    expect(decodeTraces(new Uint8Array([0x0a, 0x7f, 0x00]), 'protobuf')).toMatchObject({
      ok: false,
      status: 400,
    })
    expect(
      decodeTraces(new Uint8Array([0x0a, 0x02, 0x12, 0x05, 0x1a, 0x03, 1, 2, 3]), 'protobuf'),
    ).toMatchObject({
      ok: false,
      status: 400,
    })
  })

  test('random bytes never throw', () => {
    let state = 42
    for (let round = 0; round < 2_000; round += 1) {
      const bytes = Uint8Array.from({ length: round % 64 }, () => {
        state = (state * 1_103_515_245 + 12_345) % 2 ** 31
        return state >> 16
      })
      expect(() => decodeTraces(bytes, 'protobuf')).not.toThrow()
      expect(() => decodeTraces(bytes, 'json')).not.toThrow()
    }
  })

  test('values nested in values are skipped, however deep', () => {
    let value: Buffer = Buffer.from([0x08, 0x01])
    // ArrayValue in AnyValue in ArrayValue: 2,000 levels, each with its own length.
    for (let depth = 0; depth < 2_000; depth += 1) value = wrap(0x0a, wrap(0x2a, value))
    const attribute = wrap(
      0x4a,
      Buffer.concat([wrap(0x0a, Buffer.from('deep')), wrap(0x12, wrap(0x2a, value))]),
    )
    const ids = Buffer.concat([
      wrap(0x0a, Buffer.from(traceId, 'hex')),
      wrap(0x12, Buffer.from(spanId, 'hex')),
    ])
    const body = wrap(0x0a, wrap(0x12, wrap(0x12, Buffer.concat([ids, attribute]))))
    expect(decodeTraces(body, 'protobuf')).toMatchObject({ ok: true, spans: [{ attributes: { deep: [] } }] })
  })
})

function wrap(tag: number, inner: Buffer): Buffer {
  return Buffer.from(protobuf.Writer.create().uint32(tag).bytes(inner).finish())
}

test('an encoding is known by its media type alone', () => {
  expect(otlpEncodingOf('application/json; charset=utf-8')).toBe('json')
  expect(otlpEncodingOf('Application/X-Protobuf')).toBe('protobuf')
  expect(otlpEncodingOf('text/plain')).toBeNull()
  expect(otlpEncodingOf(undefined)).toBeNull()
})

describe('the response', () => {
  const problem = { path: 'spans[0]', given: 'nothing', expected: 'an id' }
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

  test('is empty when everything was taken', () => {
    expect(text(encodeExportResponse('traces', [], 'json'))).toBe('{}')
    expect(encodeExportResponse('traces', [], 'protobuf').length).toBe(0)
  })

  test('says how many spans were refused, and why, without end', () => {
    const answer = JSON.parse(
      text(
        encodeExportResponse(
          'traces',
          Array.from({ length: 1000 }, () => problem),
          'json',
        ),
      ),
    )
    expect(answer.partialSuccess.rejectedSpans).toBe('1000')
    expect(answer.partialSuccess.errorMessage).toContain('spans[0]: nothing; expected an id')
    expect(answer.partialSuccess.errorMessage.length).toBeLessThan(500)
  })
})
