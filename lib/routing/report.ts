import {
  arrayOf,
  anyText,
  boundedText,
  type Check,
  oneOf,
  optional,
  orNull,
  recordOf,
  shape,
  text,
  whole,
} from './check.ts'

/** What an instance tells of itself: by which table it decides, or why it refused a newer one. */

/** `stream`: tables come by themselves. `poll`: it asks for them, while there is no stream. */
export const reportModes = ['stream', 'poll'] as const

export interface Report {
  readonly instanceId: string
  /** The table in force; 0 and 0 while there is none. */
  readonly epoch: number
  readonly rev: number
  /** Of that table; null while there is none. */
  readonly sum: string | null
  /** When it was applied, by the instance's clock, milliseconds since 1970. */
  readonly appliedAt: number | null
  readonly mode: (typeof reportModes)[number]
  /** The agents that this process runs. */
  readonly agents: readonly string[]
  /** Turns that run at this moment, by version. */
  readonly inflight: Readonly<Record<string, number>>
  readonly host?: string
  readonly pid?: number
  readonly sdkVersion?: string
  /** The newest table that was refused since the one in force was applied. */
  readonly nack?: Nack | null
  /** True of the last report of a process that ends. */
  readonly leaves?: boolean
}

export interface Nack {
  /** Null when the table could not be read so far. */
  readonly epoch: number | null
  readonly rev: number | null
  readonly error: string
}

/** What a report is answered. */
export interface ReportAnswer {
  /** How long the instance may go on serving a candidate from the moment it *sent* the report; 0 grants nothing. */
  readonly leaseMs: number
  /** The table, for an instance that is behind. */
  readonly table?: unknown
}

const short = boundedText(100)

const reportShape = shape({
  instanceId: boundedText(100, 1),
  epoch: whole(0),
  rev: whole(0),
  sum: orNull(short),
  appliedAt: orNull(whole(0)),
  mode: oneOf(...reportModes),
  agents: arrayOf(text, 500),
  inflight: recordOf(whole(0, 1_000_000), 50),
  host: optional(boundedText(255)),
  pid: optional(whole(0, 2 ** 31 - 1)),
  sdkVersion: optional(short),
  nack: optional(orNull(shape({ epoch: orNull(whole(0)), rev: orNull(whole(0)), error: anyText }))),
  leaves: optional(oneOf(true, false)),
})

const batchMax = 1_000
const batchShape: Check = shape({ reports: arrayOf(reportShape, batchMax) })

/** Reads one report, or `{reports: [...]}` of a process with several instances. The error names the field. */
export function parseReports(
  value: unknown,
):
  | { readonly ok: true; readonly reports: readonly Report[]; readonly isBatch: boolean }
  | { readonly ok: false; readonly error: string } {
  const isBatch = typeof value === 'object' && value !== null && 'reports' in value
  const error = (isBatch ? batchShape : reportShape)(value, '')
  if (error) return { ok: false, error: error.replace(/^table:/, 'report:') }
  const reports = isBatch ? (value as { reports: Report[] }).reports : [value as Report]
  return { ok: true, reports, isBatch }
}
