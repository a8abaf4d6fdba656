import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { leaseFor } from '#lib/routing/lease.ts'
import { parseReports, type Report, type ReportAnswer } from '#lib/routing/report.ts'
import { compareRevision, type RoutingTable, tableFor } from '#lib/routing/table.ts'
import { hashSecret } from '#lib/services/secret.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { type HeardReport, keepReports } from '#lib/store/instances.ts'
import type { EdgeGrant } from './grants.ts'
import { type BodyLimits, readBody } from './readBody.ts'
import { sendJson, sendProblem } from './respond.ts'

/** What instances report, gathered for a moment and kept together. Nothing of the data plane waits for it but a lease. */
export interface Reports {
  accept(request: IncomingMessage, response: ServerResponse, grant: EdgeGrant, token: string): Promise<void>
  /** Keeps what was gathered. */
  close(): Promise<void>
}

const limits: BodyLimits = { wireBytesMax: 2 ** 20, bytesMax: 2 ** 20, stallMs: 5_000, totalMs: 10_000 }
const gatherMs = 20
/** Of one token: whoever holds it can say as many names as they like. */
const instancesMax = 5_000
const errorCharsMax = 500

export function reportDoor(parts: {
  readonly db: PrismaClient
  readonly table: () => RoutingTable | null
  readonly log: Logger
}): Reports {
  const { log } = parts
  const keeper = gather(parts.db, log)
  const known = new Map<string, Set<string>>()

  /** Whether there is room for this instance among those of its token. */
  function admits(source: string, id: string): boolean {
    const ids = known.get(source) ?? new Set()
    known.set(source, ids)
    if (!ids.has(id) && ids.size >= instancesMax) return false
    ids.add(id)
    return true
  }

  return {
    async accept(request, response, grant, token) {
      const heardAt = new Date()
      const read = await readJson(request)
      if (!read.ok) return refuse(response, read.status, read.error)
      const parsed = parseReports(read.value)
      if (!parsed.ok) return refuse(response, 400, parsed.error)
      const source = hashSecret(token).slice(0, 16)
      const heard = parsed.reports.flatMap((report) => heardOf(report, { source, grant, heardAt }))
      if (!heard.every(({ id }) => admits(source, id))) {
        const headers = { 'retry-after': '10' }
        return sendProblem(response, 429, 'too_many', `More than ${instancesMax} instances with one token`, {
          headers,
        })
      }
      const table = parts.table()
      const leases = heard.map((report) => (table ? leaseFor(table, report, grant.agents) : 0))
      const kept = keeper.add(heard.map((report, at) => ({ ...report, leaseMs: leases[at] ?? 0 })))
      // A lease that is not on record would let an instance go on that the panel calls fenced.
      const isOnRecord = leases.some((ms) => ms > 0) && (await kept)
      const leaseOf = new Map(heard.map(({ id }, at) => [id, isOnRecord ? (leases[at] ?? 0) : 0]))
      const isNeeded = table !== null && parsed.reports.some((report) => isBehind(report, table))
      const news = isNeeded ? tableFor(table, grant.agents) : null
      const answers = parsed.reports.map((report): ReportAnswer => ({
        leaseMs: leaseOf.get(report.instanceId) ?? 0,
        ...(news && isBehind(report, news) ? { table: news } : {}),
      }))
      sendJson(response, 200, parsed.isBatch ? { answers } : answers[0])
    },
    close: () => keeper.close(),
  }
}

function refuse(response: ServerResponse, status: number, detail: string): void {
  sendProblem(response, status, 'bad_input', detail, { headers: { connection: 'close' } })
}

/** What it refused it is not sent again here: the stream and the table's own address have it. */
function isBehind(report: Report, table: RoutingTable): boolean {
  return !report.nack && !report.leaves && compareRevision(report, table) < 0
}

/** A report as it is kept: nothing of agents that its token may not see, and nothing at all if it names only those. */
function heardOf(
  report: Report,
  { source, grant, heardAt }: { source: string; grant: EdgeGrant; heardAt: Date },
): HeardReport[] {
  const { agents: granted } = grant
  const named = report.agents.filter((agent) => granted === '*' || granted.includes(agent))
  if (report.agents.length > 0 && named.length === 0) return []
  const unnamed = granted === '*' ? [] : granted
  const { nack } = report
  return [
    {
      source,
      id: report.instanceId,
      agents: report.agents.length > 0 ? named : unnamed,
      host: report.host ?? null,
      pid: report.pid ?? null,
      sdkVersion: report.sdkVersion ?? null,
      mode: report.mode,
      epoch: report.epoch,
      rev: report.rev,
      appliedAt: report.appliedAt === null ? null : new Date(Math.min(report.appliedAt, 8.64e15)),
      heardAt,
      inflight: report.inflight,
      nack: nack ? { ...nack, error: nack.error.slice(0, errorCharsMax) } : null,
      leaseMs: 0,
      leaves: report.leaves ?? false,
    },
  ]
}

type ReadJson = { ok: true; value: unknown } | { ok: false; status: number; error: string }

async function readJson(request: IncomingMessage): Promise<ReadJson> {
  const read = await readBody(request, limits)
  if (!read.ok) return { ok: false, status: read.status, error: read.detail }
  try {
    return { ok: true, value: JSON.parse(Buffer.from(read.bytes).toString('utf8')) }
  } catch {
    return { ok: false, status: 400, error: 'The body is not JSON' }
  }
}

/** Gathers reports for a moment: the newest of each instance, written in one go, one writing at a time. */
function gather(db: PrismaClient, log: Logger) {
  let waiting = new Map<string, HeardReport>()
  let next: Promise<boolean> | null = null
  let last: Promise<boolean> = Promise.resolve(true)

  async function write(): Promise<boolean> {
    await last
    const reports = [...waiting.values()]
    waiting = new Map()
    next = null
    if (reports.length === 0) return true
    try {
      await keepReports(db, reports)
      return true
    } catch (error) {
      log.debug({ err: error }, 'What instances reported could not be kept; they report again')
      return false
    }
  }

  function soon(): Promise<boolean> {
    return new Promise((resolve) => {
      setTimeout(() => {
        last = write()
        resolve(last)
      }, gatherMs).unref()
    })
  }

  return {
    /** Whether they are on record, once that is known. */
    add(reports: readonly HeardReport[]): Promise<boolean> {
      for (const report of reports) waiting.set(`${report.source} ${report.id}`, report)
      next ??= soon()
      return next
    },
    async close() {
      await last
      await write()
    },
  }
}
