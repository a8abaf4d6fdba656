import { hostname } from 'node:os'
import { isRecord } from '../lib/routing/check.ts'
import type { Nack, Report } from '../lib/routing/report.ts'
import type { RoutingTable } from '../lib/routing/table.ts'
import type { Random, Timings } from './timings.ts'
import { type Fetch, postJson } from './wire.ts'

/** Tells the server by which table this instance decides: at once after one was applied or refused, and now and then. */
export interface Reporter {
  /** The table in force is another one, or one was refused. */
  changed(nack: Nack | null): void
  /** Whether the lease that the server granted is over; false while the table asks for none. */
  leaseExpired(): boolean
  /** Says goodbye, if anything was ever said. */
  close(): Promise<void>
}

export interface ReporterParts {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly fetch: Fetch
  readonly timings: Timings
  readonly random: Random
  readonly instanceId: string
  readonly sdkVersion: string
  readonly agents: readonly string[]
  table(): RoutingTable | null
  appliedAt(): number | null
  isStreaming(): boolean
  /** Turns that run, by version. */
  inflight(): Readonly<Record<string, number>>
  /** The answer to a report of one that was behind. */
  offer(value: unknown): void
}

export function createReporter(parts: ReporterParts): Reporter {
  const { timings, random } = parts
  const host = hostname()
  let nack: Nack | null = null
  let timer: NodeJS.Timeout | undefined
  let sending: Promise<void> | null = null
  let again = false
  let failures = 0
  let closed = false
  let wasHeard = false
  /** On the monotonic clock: a process that was frozen past it wakes up without a lease. */
  let leaseUntil = 0

  const reportOf = (leaves: boolean): Report => {
    const table = parts.table()
    return {
      instanceId: parts.instanceId,
      epoch: table?.epoch ?? 0,
      rev: table?.rev ?? 0,
      sum: table?.sum ?? null,
      appliedAt: parts.appliedAt(),
      mode: parts.isStreaming() ? 'stream' : 'poll',
      agents: parts.agents,
      inflight: parts.inflight(),
      host,
      pid: process.pid,
      sdkVersion: parts.sdkVersion,
      nack,
      ...(leaves ? { leaves } : {}),
    }
  }

  async function send(): Promise<void> {
    again = false
    // Counted from before it is sent: the server counts from when it heard, which is never earlier.
    const sentAt = performance.now()
    const answer = await together(parts, reportOf(false))
    if (answer === null) failures += 1
    else {
      failures = 0
      wasHeard = true
      if (answer.leaseMs > 0)
        leaseUntil = sentAt + answer.leaseMs - random() * Math.min(10_000, answer.leaseMs / 6)
      if (answer.table !== undefined && !closed) parts.offer(answer.table)
    }
  }

  function schedule(ms: number): void {
    if (closed) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      sending ??= send().finally(() => {
        sending = null
        schedule(again ? 0 : nextMs())
      })
    }, ms).unref()
  }

  /** After a failure sooner, but never faster than once a second. */
  const nextMs = () => {
    const ms = failures === 0 ? timings.reportMs : Math.min(timings.reportMs, 1_000 * 2 ** (failures - 1))
    return ms * (0.9 + 0.2 * random())
  }

  schedule(nextMs())
  return {
    changed(refused) {
      nack = refused
      again = true
      if (!sending) schedule(0)
    },
    leaseExpired: () => (parts.table()?.leaseMs ?? 0) > 0 && performance.now() >= leaseUntil,
    async close() {
      closed = true
      clearTimeout(timer)
      await sending
      if (wasHeard) await together(parts, reportOf(true), timings.goodbyeTimeoutMs)
    },
  }
}

interface Answer {
  readonly leaseMs: number
  readonly table: unknown
}

interface Batch {
  readonly fetch: Fetch
  readonly url: string
  readonly token: string | undefined
  readonly reports: Report[]
  readonly answers: Promise<readonly (Answer | null)[]>
}

/** Reports of one process that are on their way, so that many instances in it ask the server once. */
const batches = new Set<Batch>()
const gatherMs = 2
const batchMax = 500

/** Sends a report with those that other instances of this process send to the same server now. Null: it was not heard. */
async function together(parts: ReporterParts, report: Report, timeoutMs?: number): Promise<Answer | null> {
  const { fetch, url, headers, timings } = parts
  const token = headers['authorization']
  const open = [...batches].find(
    (each) =>
      each.fetch === fetch && each.url === url && each.token === token && each.reports.length < batchMax,
  )
  const reports = open?.reports ?? []
  const at = reports.push(report) - 1
  if (open) return (await open.answers)[at] ?? null

  const answers = new Promise<void>((resolve) => setTimeout(resolve, gatherMs)).then(async () => {
    batches.delete(batch)
    return await post(parts, reports, timeoutMs ?? timings.tableTimeoutMs)
  })
  const batch: Batch = { fetch, url, token, reports, answers }
  batches.add(batch)
  return (await answers)[at] ?? null
}

async function post(
  { fetch, url, headers }: ReporterParts,
  reports: readonly Report[],
  timeoutMs: number,
): Promise<readonly (Answer | null)[]> {
  const [only] = reports
  const body = reports.length === 1 ? only : { reports }
  const said = await postJson({ fetch, url: `${url}/v1/ack`, headers, timeoutMs }, body)
  const answers = isRecord(said) && Array.isArray(said['answers']) ? said['answers'] : [said]
  return answers.map(answerOf)
}

function answerOf(said: unknown): Answer | null {
  if (!isRecord(said)) return null
  const { leaseMs, table } = said
  return { leaseMs: typeof leaseMs === 'number' && leaseMs > 0 ? leaseMs : 0, table }
}
