import type { Logger } from 'pino'
import type { RoutingTable } from '#lib/routing/table.ts'
import type { OtlpSignal } from '#lib/telemetry/otlp.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import type { AcceptExport } from './acceptExport.ts'
import type { Grants } from './grants.ts'
import type { InFlight } from './inFlight.ts'
import type { EdgeNotes } from './notes.ts'
import { type OtlpGrpc, otlpGrpc } from './otlpGrpc.ts'
import { otlpDoor } from './otlpHttp.ts'
import type { RecentSpans } from './recentSpans.ts'
import { acceptLogs, scoreDoor } from './scores.ts'
import type { EdgeParts } from './server.ts'
import { acceptTraces } from './traces.ts'

export interface TelemetryParts {
  readonly db: PrismaClient
  readonly table: () => RoutingTable | null
  readonly notes: EdgeNotes
  readonly grants: Grants
  readonly inFlight: InFlight
  readonly recent: RecentSpans
  readonly log: Logger
  /** How long a run waits for late spans of its trace. */
  readonly settledMs: number
}

/** What agents tell, by every way it comes: one acceptance of each signal, whatever the protocol. */
export function telemetryDoors(parts: TelemetryParts): {
  readonly http: EdgeParts['telemetry']
  readonly grpc: OtlpGrpc
} {
  const accept: Record<OtlpSignal, AcceptExport> = {
    traces: acceptTraces(parts),
    logs: acceptLogs(parts),
    metrics: dropMetrics,
  }
  return {
    http: {
      traces: otlpDoor('traces', accept.traces, parts),
      logs: otlpDoor('logs', accept.logs, parts),
      metrics: otlpDoor('metrics', accept.metrics, parts),
      scores: scoreDoor(parts),
    },
    grpc: otlpGrpc({ ...parts, accept }),
  }
}

/** Nothing is read from metrics: they are taken so that an exporter of all three signals has nothing to complain of. */
async function dropMetrics(): ReturnType<AcceptExport> {
  return { ok: true, rejected: [] }
}
