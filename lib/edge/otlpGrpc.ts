import type { Socket } from 'node:net'
import {
  Metadata,
  type sendUnaryData,
  Server,
  ServerCredentials,
  ServerInterceptingCall,
  type ServerInterceptor,
  type ServerUnaryCall,
  type ServiceDefinition,
  status,
  type StatusObject,
} from '@grpc/grpc-js'
import type { Logger } from 'pino'
import type { Scope } from '#lib/domain/actor.ts'
import { encodeExportResponse, type OtlpSignal } from '#lib/telemetry/otlp.ts'
import { describeProblem } from '#lib/telemetry/problem.ts'
import { writeRetryDetails } from '#lib/telemetry/retryInfo.ts'
import { bearerOf } from '#lib/services/token/find.ts'
import type { Accepted, AcceptExport } from './acceptExport.ts'
import { type Admission, admit } from './admit.ts'
import type { EdgeGrant, Grants } from './grants.ts'
import { type InFlight, type InFlightShare, overloadWords } from './inFlight.ts'
import type { EdgeNotes } from './notes.ts'
import { bodyLimits } from './readBody.ts'

/** The methods of OTLP over gRPC: what each takes, and the scope that it asks for. */
export const grpcMethods: readonly {
  readonly signal: OtlpSignal
  readonly path: string
  readonly scope: Scope
}[] = [
  { signal: 'traces', path: methodPath('trace', 'TraceService'), scope: 'telemetry' },
  { signal: 'logs', path: methodPath('logs', 'LogsService'), scope: 'telemetry' },
  { signal: 'metrics', path: methodPath('metrics', 'MetricsService'), scope: 'telemetry' },
]

function methodPath(signal: string, service: string): string {
  return `/opentelemetry.proto.collector.${signal}.v1.${service}/Export`
}

export interface OtlpGrpcParts {
  readonly accept: Readonly<Record<OtlpSignal, AcceptExport>>
  readonly grants: Grants
  readonly notes: EdgeNotes
  readonly inFlight: InFlight
  readonly log: Logger
}

export interface OtlpGrpc {
  /** Takes over a connection that speaks HTTP/2. */
  inject(socket: Socket): void
  close(): void
}

/** What a call was let in with. */
interface Entered {
  readonly grant: EdgeGrant
  readonly share: InFlightShare
}

/** Why a call ended without an answer. */
type Refusal = Pick<StatusObject, 'code' | 'details'> & { readonly metadata?: Metadata }
type ExportCall = ServerUnaryCall<Buffer, Buffer>

/** How much a call holds before its size is known: gRPC says it only with the body. */
const expectedBytes = 2 ** 20
const streamsMax = 64
const retryMs = 1_000

/**
 * OTLP over gRPC, as messages that nobody has decoded yet: the same acceptance as over HTTP reads them. Who asks is
 * looked at before any of a message is read.
 */
export function otlpGrpc({ accept, grants, notes, inFlight, log }: OtlpGrpcParts): OtlpGrpc {
  const entered = new WeakMap<Metadata, Entered>()

  async function enter(metadata: Metadata, scope: Scope): Promise<Admission> {
    const admission = await admit(tokenOf(metadata), scope, { grants, notes })
    if (!admission.ok) return admission
    const share = inFlight.open()
    if (!share.take(expectedBytes)) {
      notes.add('overloaded')
      return { ok: false, why: 'overloaded', detail: overloadWords }
    }
    entered.set(metadata, { grant: admission.grant, share })
    return admission
  }

  const doorkeeper: ServerInterceptor = (method, call) => {
    let share: InFlightShare | undefined
    let patience: NodeJS.Timeout | undefined
    const end = () => {
      clearTimeout(patience)
      share?.end()
    }
    const scope = grpcMethods.find(({ path }) => path === method.path)?.scope ?? 'telemetry'
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata(metadata, go) {
            void enter(metadata, scope).then((admission) => {
              if (!admission.ok) return call.sendStatus(statusOf(admission))
              share = entered.get(metadata)?.share
              patience = setTimeout(() => call.sendStatus(tooSlow), bodyLimits.totalMs)
              go(metadata)
            })
          },
          onReceiveMessage(message, go) {
            clearTimeout(patience)
            go(message)
          },
          onCancel: end,
        }),
      sendStatus(given, next) {
        end()
        next(given)
      },
    })
  }

  function handler(signal: OtlpSignal) {
    return (call: ExportCall, callback: sendUnaryData<Buffer>) => {
      void answer(signal, call)
        .then((said) => (Buffer.isBuffer(said) ? callback(null, said) : callback(said)))
        .catch((error: unknown) => {
          log.error({ err: error, signal }, 'A request failed')
          callback({ code: status.INTERNAL, details: 'Something unexpected went wrong; it is in the log' })
        })
    }
  }

  async function answer(signal: OtlpSignal, call: ExportCall): Promise<Buffer | Refusal> {
    const held = entered.get(call.metadata)
    if (!held) throw new Error('A call came in past the doorkeeper')
    const { request } = call
    if (request.length > expectedBytes && !held.share.take(request.length - expectedBytes)) {
      notes.add('overloaded')
      return statusOf({ ok: false, why: 'overloaded', detail: overloadWords })
    }
    const accepted = await accept[signal](request, 'protobuf', held.grant)
    if (accepted.ok) return Buffer.from(encodeExportResponse(signal, accepted.rejected, 'protobuf'))
    if (accepted.status !== 503) notes.add('unreadable', { detail: describeProblem(accepted.problem) })
    return statusOfRefusal(accepted)
  }

  const server = new Server({
    interceptors: [doorkeeper],
    'grpc.max_receive_message_length': bodyLimits.bytesMax,
    'grpc.max_concurrent_streams': streamsMax,
  })
  for (const { signal, path } of grpcMethods) server.addService(serviceOf(path), { Export: handler(signal) })
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure())
  return {
    inject: (socket) => injector.injectConnection(socket),
    close: () => server.forceShutdown(),
  }
}

/** A service with one method, whose messages are left as the bytes that they are. */
function serviceOf(path: string): ServiceDefinition {
  const asItIs = (bytes: Buffer) => bytes
  return {
    Export: {
      path,
      requestStream: false,
      responseStream: false,
      requestSerialize: asItIs,
      requestDeserialize: asItIs,
      responseSerialize: asItIs,
      responseDeserialize: asItIs,
    },
  }
}

function tokenOf(metadata: Metadata): string | null {
  const first = (name: string) => {
    const [value] = metadata.get(name)
    return typeof value === 'string' ? value : null
  }
  return bearerOf(first('authorization')) ?? first('x-api-key')
}

const tooSlow: Refusal = {
  code: status.DEADLINE_EXCEEDED,
  details: `The message took longer than ${bodyLimits.totalMs} ms`,
}

/** With RetryInfo where the same may be sent again: exporters give up on what is exhausted and says nothing of it. */
function statusOf({ why, detail }: Admission & { ok: false }): Refusal {
  switch (why) {
    case 'unauthenticated':
      return { code: status.UNAUTHENTICATED, details: detail }
    case 'forbidden':
      return { code: status.PERMISSION_DENIED, details: detail }
    case 'unavailable':
      return again(status.UNAVAILABLE, detail)
    case 'overloaded':
      return again(status.RESOURCE_EXHAUSTED, detail)
  }
  return why satisfies never
}

function statusOfRefusal(accepted: Accepted & { ok: false }): Refusal {
  switch (accepted.status) {
    case 503:
      return again(status.UNAVAILABLE, accepted.detail)
    case 413:
      return { code: status.RESOURCE_EXHAUSTED, details: describeProblem(accepted.problem) }
    case 400:
      return { code: status.INVALID_ARGUMENT, details: describeProblem(accepted.problem) }
  }
  return accepted satisfies never
}

function again(code: status, details: string): Refusal {
  const metadata = new Metadata()
  metadata.set('grpc-status-details-bin', Buffer.from(writeRetryDetails(code, details, retryMs)))
  return { code, details, metadata }
}
