import { Metadata, status, type StatusObject } from '@grpc/grpc-js'
import { describeProblem } from '#lib/telemetry/problem.ts'
import { writeRetryDetails } from '#lib/telemetry/retryInfo.ts'
import type { Accepted } from './acceptExport.ts'
import type { Admission } from './admit.ts'
import { overloadWords } from './inFlight.ts'
import { bodyLimits } from './readBody.ts'

/** Why a call of gRPC ended without an answer. */
export type GrpcRefusal = Pick<StatusObject, 'code' | 'details'> & { readonly metadata?: Metadata }

const retryMs = 1_000

/** Somebody who does not get in. */
export function admissionStatus({ why, detail }: Admission & { ok: false }): GrpcRefusal {
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

/** An export that was not taken. */
export function exportStatus(accepted: Accepted & { ok: false }): GrpcRefusal {
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

export const overloadStatus = () => again(status.RESOURCE_EXHAUSTED, overloadWords)

export const tooSlowStatus: GrpcRefusal = {
  code: status.DEADLINE_EXCEEDED,
  details: `The message took longer than ${bodyLimits.totalMs} ms`,
}

export const unexpectedStatus: GrpcRefusal = {
  code: status.INTERNAL,
  details: 'Something unexpected went wrong; it is in the log',
}

/** With RetryInfo: exporters give up on what is exhausted and does not say when to come again. */
function again(code: status, details: string): GrpcRefusal {
  const metadata = new Metadata()
  metadata.set('grpc-status-details-bin', Buffer.from(writeRetryDetails(code, details, retryMs)))
  return { code, details, metadata }
}
