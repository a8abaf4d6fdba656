import type { OtlpEncoding } from '#lib/telemetry/otlp.ts'
import type { Problem } from '#lib/telemetry/problem.ts'
import type { EdgeGrant } from './grants.ts'

/** What became of one export. HTTP and gRPC say the same in words of their own. */
export type Accepted =
  /** All was kept but these. */
  | { readonly ok: true; readonly rejected: readonly Problem[] }
  /** It cannot be read, or asks for too much. */
  | { readonly ok: false; readonly status: 400 | 413; readonly problem: Problem }
  /** It could not be kept; the same may be sent again. */
  | { readonly ok: false; readonly status: 503; readonly detail: string }

/** Takes the body of one export of one signal, decompressed, by whatever way it came. */
export type AcceptExport = (bytes: Uint8Array, encoding: OtlpEncoding, grant: EdgeGrant) => Promise<Accepted>
