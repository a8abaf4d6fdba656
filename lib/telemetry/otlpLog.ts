import type { OtlpLimits } from './otlpLimits.ts'
import { cut, type Message, messagesAt, nanosecondsAt, textAt } from './otlpMessage.ts'
import { type Attributes, isId, readAttributes } from './otlpSpan.ts'
import { type Problem, Unreadable } from './problem.ts'

/** One log record, in whatever encoding it came: the event that it is. What it says in words is never read. */
export interface OtlpLog {
  /** Where it stood in its request, for messages. */
  readonly path: string
  /** Empty of a record that is no event. */
  readonly eventName: string
  /** 32 lower-case hex digits; null of a record outside every trace. */
  readonly traceId: string | null
  readonly spanId: string | null
  /** Nanoseconds since 1970: when it happened, else when it was seen; 0 when neither is said. */
  readonly atNs: bigint
  readonly attributes: Attributes
}

/** The log records of a request, and those that cannot be used though the request can be read. Throws Unreadable. */
export function readLogs(
  request: Message,
  limits: OtlpLimits,
): { readonly logs: readonly OtlpLog[]; readonly rejected: readonly Problem[] } {
  const logs: OtlpLog[] = []
  const rejected: Problem[] = []
  let given = 0
  for (const [ofResource, resourcePath] of messagesAt(request, 'resourceLogs', '')) {
    for (const [ofScope, scopePath] of messagesAt(ofResource, 'scopeLogs', resourcePath)) {
      for (const [message, path] of messagesAt(ofScope, 'logRecords', scopePath)) {
        given += 1
        if (given > limits.spansMax) throw tooMany(path, limits.spansMax)
        const read = readLog(message, path, limits)
        if ('attributes' in read) logs.push(read)
        else rejected.push(read)
      }
    }
  }
  return { logs, rejected }
}

function tooMany(path: string, max: number): Unreadable {
  const expected = `at most ${max} in one request`
  return new Unreadable({ path, given: `more than ${max} log records`, expected }, 413)
}

function readLog(message: Message, path: string, limits: OtlpLimits): OtlpLog | Problem {
  const { attributes, problem } = readAttributes(message, path, limits)
  if (problem) return problem
  const traceId = textAt(message, 'traceId', path).toLowerCase()
  const spanId = textAt(message, 'spanId', path).toLowerCase()
  const happenedNs = nanosecondsAt(message, 'timeUnixNano', path)
  const named = textAt(message, 'eventName', path) || attributes['event.name']
  return {
    path,
    eventName: typeof named === 'string' ? cut(named, limits.textMax) : '',
    traceId: isId(traceId, 32) ? traceId : null,
    spanId: isId(traceId, 32) && isId(spanId, 16) ? spanId : null,
    atNs: happenedNs || nanosecondsAt(message, 'observedTimeUnixNano', path),
    attributes,
  }
}
