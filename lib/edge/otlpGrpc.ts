import type { Socket } from 'node:net'
import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
} from '@grpc/grpc-js'
import type { Logger } from 'pino'
import type { Scope } from '#lib/domain/actor.ts'
import { encodeExportResponse, type OtlpSignal } from '#lib/telemetry/otlp.ts'
import { describeProblem } from '#lib/telemetry/problem.ts'
import type { AcceptExport } from './acceptExport.ts'
import type { Grants } from './grants.ts'
import { expectedBytes, grpcDoorkeeper } from './grpcDoorkeeper.ts'
import { exportStatus, type GrpcRefusal, overloadStatus, unexpectedStatus } from './grpcStatus.ts'
import type { InFlight } from './inFlight.ts'
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

type ExportCall = ServerUnaryCall<Buffer, Buffer>
type Said = { readonly body: Buffer } | { readonly refusal: GrpcRefusal }

const streamsMax = 64
/** Whoever is gone without a word is noticed by then. */
const keepaliveMs = 60_000

/** OTLP over gRPC, as messages that nobody has decoded yet: the same acceptance as over HTTP reads them. */
export function otlpGrpc(parts: OtlpGrpcParts): OtlpGrpc {
  const { accept, notes, log } = parts
  const scopeOf = (path: string) => grpcMethods.find((each) => each.path === path)?.scope ?? 'telemetry'
  const doorkeeper = grpcDoorkeeper({ ...parts, scopeOf })

  async function answer(signal: OtlpSignal, call: ExportCall): Promise<Said> {
    const entered = doorkeeper.enteredWith(call.metadata)
    if (!entered) throw new Error('A call came in past the doorkeeper')
    const { request } = call
    if (request.length > expectedBytes && !entered.share.take(request.length - expectedBytes)) {
      notes.add('overloaded')
      return { refusal: overloadStatus() }
    }
    const accepted = await accept[signal](request, 'protobuf', entered.grant)
    if (accepted.ok) return { body: Buffer.from(encodeExportResponse(signal, accepted.rejected, 'protobuf')) }
    if (accepted.status !== 503) notes.add('unreadable', { detail: describeProblem(accepted.problem) })
    return { refusal: exportStatus(accepted) }
  }

  function handler(signal: OtlpSignal) {
    return async (call: ExportCall, callback: sendUnaryData<Buffer>): Promise<void> => {
      const said = await answer(signal, call).catch((error: unknown): Said => {
        log.error({ err: error, signal }, 'A request failed')
        return { refusal: unexpectedStatus }
      })
      if ('body' in said) callback(null, said.body)
      else callback(said.refusal)
    }
  }

  const server = new Server({
    interceptors: [doorkeeper.interceptor],
    'grpc.max_receive_message_length': bodyLimits.bytesMax,
    'grpc.max_concurrent_streams': streamsMax,
    'grpc.keepalive_time_ms': keepaliveMs,
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
