import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { writeOtlpProtobuf } from '#lib/testing/otlpWire.ts'
import { type RawSpan, recordings, spansIn } from '#lib/testing/recording.ts'

/** What the AI SDK's exporter sends of many runs: 512 spans at a time, cut wherever that falls, as protobuf. */

export const spansPerBody = 512
const oneInCandidate = 20
const conversationRuns = 2

export interface Bodies {
  readonly plain: readonly Buffer[]
  readonly gzip: readonly Buffer[]
  readonly runs: number
}

/** So many bodies of runs that end now, each run once; every twentieth conversation is the candidate's. */
export function evidenceBodies(agent: string, count: number): Bodies {
  const recording = recordings().find(
    ({ framework, situation }) => framework === 'ai-sdk-7' && situation === 'ok',
  )
  const recorded = recording?.requests[0]?.traces.resourceSpans?.[0]
  if (!recorded) throw new Error('The recording of the AI SDK is gone')
  const shape = spansIn({ resourceSpans: [recorded] })
  const plain: Buffer[] = []
  let waiting: RawSpan[] = []
  let runs = 0
  while (plain.length < count) {
    while (waiting.length < spansPerBody) waiting.push(...runLike(shape, agent, (runs += 1)))
    const scope = recorded.scopeSpans?.[0]?.scope ?? {}
    const scopeSpans = [{ scope, spans: waiting.slice(0, spansPerBody) }]
    waiting = waiting.slice(spansPerBody)
    plain.push(Buffer.from(writeOtlpProtobuf({ resourceSpans: [{ ...recorded, scopeSpans }] })))
  }
  // The last run's own span comes last: cut off, it is none.
  return { plain, gzip: plain.map((body) => gzipSync(body)), runs: waiting.length > 0 ? runs - 1 : runs }
}

function runLike(shape: readonly RawSpan[], agent: string, number: number): RawSpan[] {
  const conversation = Math.floor(number / conversationRuns)
  const version = conversation % oneInCandidate === 0 ? '1.1.0' : '1.0.0'
  const told: Record<string, string> = { 'gen_ai.agent.name': agent, 'gen_ai.agent.version': version }
  const traceId = randomBytes(16).toString('hex')
  const ids = new Map(shape.map(({ spanId }) => [spanId, randomBytes(8).toString('hex')]))
  const last = Math.max(...shape.map(({ endTimeUnixNano }) => Number(BigInt(endTimeUnixNano) / 1_000_000n)))
  const shift = BigInt(Date.now() - last - 1) * 1_000_000n
  return shape.map((span) => ({
    ...span,
    traceId,
    spanId: ids.get(span.spanId) ?? '',
    ...(span.parentSpanId === undefined ? {} : { parentSpanId: ids.get(span.parentSpanId) ?? '' }),
    startTimeUnixNano: String(BigInt(span.startTimeUnixNano) + shift),
    endTimeUnixNano: String(BigInt(span.endTimeUnixNano) + shift),
    attributes: [
      ...(span.attributes ?? []).map(({ key, value }) => {
        if (key === 'gen_ai.response.id')
          return { key, value: { stringValue: `chatcmpl-${randomBytes(6).toString('hex')}` } }
        return told[key] === undefined
          ? { key, ...(value ? { value } : {}) }
          : { key, value: { stringValue: told[key] } }
      }),
      { key: 'gen_ai.conversation.id', value: { stringValue: `conversation-${agent}-${conversation}` } },
    ],
  }))
}
