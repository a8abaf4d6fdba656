/**
 * The part of OTLP that is read here. Field numbers: opentelemetry-proto,
 * `collector/trace/v1/trace_service.proto`, `trace/v1/trace.proto`, `collector/logs/v1/logs_service.proto`,
 * `logs/v1/logs.proto`, `resource/v1/resource.proto`, `common/v1/common.proto`. A field that is not named is
 * skipped by its length and never decoded; that holds for links, key-value lists and nested arrays, so no input
 * makes the reader recurse.
 */

/**
 * How a scalar stands on the wire. `id` is bytes that are shown as lower-case hex, as in the JSON mapping.
 */
export type Scalar = 'string' | 'id' | 'bool' | 'enum' | 'int64' | 'fixed32' | 'fixed64' | 'double'

export type MessageName =
  | 'Request'
  | 'LogsRequest'
  | 'ResourceLogs'
  | 'ScopeLogs'
  | 'LogRecord'
  | 'ResourceSpans'
  | 'Resource'
  | 'ScopeSpans'
  | 'Scope'
  | 'Span'
  | 'Event'
  | 'Status'
  | 'KeyValue'
  | 'AnyValue'
  | 'ArrayValue'
  | 'ItemValue'

export type Field =
  | { readonly name: string; readonly scalar: Scalar }
  | { readonly name: string; readonly message: MessageName; readonly repeated?: true }

const many = (name: string, message: MessageName): Field => ({ name, message, repeated: true })
const one = (name: string, message: MessageName): Field => ({ name, message })
const scalar = (name: string, type: Scalar): Field => ({ name, scalar: type })

const primitives = {
  1: scalar('stringValue', 'string'),
  2: scalar('boolValue', 'bool'),
  3: scalar('intValue', 'int64'),
  4: scalar('doubleValue', 'double'),
}

/** ExportTraceServiceRequest and ExportLogsServiceRequest, by field number; the names are those of the JSON mapping. */
export const schema: Readonly<Record<MessageName, Readonly<Record<number, Field>>>> = {
  Request: { 1: many('resourceSpans', 'ResourceSpans') },
  LogsRequest: { 1: many('resourceLogs', 'ResourceLogs') },
  ResourceLogs: { 1: one('resource', 'Resource'), 2: many('scopeLogs', 'ScopeLogs') },
  ScopeLogs: { 2: many('logRecords', 'LogRecord') },
  LogRecord: {
    1: scalar('timeUnixNano', 'fixed64'),
    6: many('attributes', 'KeyValue'),
    9: scalar('traceId', 'id'),
    10: scalar('spanId', 'id'),
    11: scalar('observedTimeUnixNano', 'fixed64'),
    12: scalar('eventName', 'string'),
  },
  ResourceSpans: { 1: one('resource', 'Resource'), 2: many('scopeSpans', 'ScopeSpans') },
  Resource: { 1: many('attributes', 'KeyValue') },
  ScopeSpans: { 1: one('scope', 'Scope'), 2: many('spans', 'Span') },
  Scope: { 1: scalar('name', 'string') },
  Span: {
    1: scalar('traceId', 'id'),
    2: scalar('spanId', 'id'),
    4: scalar('parentSpanId', 'id'),
    5: scalar('name', 'string'),
    6: scalar('kind', 'enum'),
    7: scalar('startTimeUnixNano', 'fixed64'),
    8: scalar('endTimeUnixNano', 'fixed64'),
    9: many('attributes', 'KeyValue'),
    11: many('events', 'Event'),
    15: one('status', 'Status'),
    16: scalar('flags', 'fixed32'),
  },
  Event: {
    1: scalar('timeUnixNano', 'fixed64'),
    2: scalar('name', 'string'),
    3: many('attributes', 'KeyValue'),
  },
  Status: { 2: scalar('message', 'string'), 3: scalar('code', 'enum') },
  KeyValue: { 1: scalar('key', 'string'), 2: one('value', 'AnyValue') },
  AnyValue: { ...primitives, 5: one('arrayValue', 'ArrayValue') },
  ArrayValue: { 1: many('values', 'ItemValue') },
  ItemValue: primitives,
}

/** `partial_success` of the three responses, and its fields: the same numbers under three names. */
export const response = { partialSuccess: 1, rejected: 1, errorMessage: 2 } as const
