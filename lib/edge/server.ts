import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import type { Scope } from '#lib/domain/actor.ts'
import { evaluateAll, evaluateFlag, type OfrepAnswer } from '#lib/routing/ofrep.ts'
import { formatRevision, tableFor } from '#lib/routing/table.ts'
import type { OtlpSignal } from '#lib/telemetry/otlp.ts'
import { bearerOf } from '#lib/services/token/find.ts'
import { type Admission, admit } from './admit.ts'
import type { EdgeGrant, Grants } from './grants.ts'
import type { EdgeNotes } from './notes.ts'
import { type BodyLimits, readBody } from './readBody.ts'
import type { Reports } from './reports.ts'
import { send, sendJson, sendProblem, urlOf } from './respond.ts'
import type { Streams } from './streams.ts'
import type { TableKeeper } from './tableKeeper.ts'

export interface EdgeParts {
  readonly keeper: TableKeeper
  readonly grants: Grants
  readonly streams: Streams
  readonly reports: Reports
  readonly notes: EdgeNotes
  /** The doors of telemetry over HTTP. */
  readonly telemetry: Readonly<Record<OtlpSignal | 'scores', TelemetryDoor>>
  readonly log: Logger
}

export type TelemetryDoor = (
  request: IncomingMessage,
  response: ServerResponse,
  grant: EdgeGrant,
) => Promise<void>

/** One address of the edge: who may ask, and what it answers. */
interface Door {
  readonly method: string
  readonly path: RegExp
  readonly scope: Scope | null
  answer(call: Call, parts: EdgeParts): Promise<void> | void
}

interface Call {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly grant: EdgeGrant
  /** The parts of the path that the door's pattern names, decoded. */
  readonly named: Readonly<Record<string, string>>
  readonly token: string
}

const ofrepBody: BodyLimits = {
  wireBytesMax: 64 * 1024,
  bytesMax: 64 * 1024,
  stallMs: 5_000,
  totalMs: 10_000,
}

/** Every address of the edge. A new one belongs here, and in the table of doors that a test generates. */
export const edgeDoors: readonly Door[] = [
  {
    method: 'GET',
    path: /^\/healthz$/,
    scope: null,
    answer({ response }, { keeper, streams }) {
      const table = keeper.table()
      const confirmed = keeper.confirmedAt()
      const ageMs = confirmed ? Date.now() - confirmed.getTime() : null
      const revision = table ? formatRevision(table) : null
      sendJson(response, 200, {
        status: 'ok',
        table: revision,
        confirmedMsAgo: ageMs,
        streams: streams.count(),
      })
    },
  },
  { method: 'POST', path: /^\/v1\/traces$/, scope: 'telemetry', answer: takeBy('traces') },
  { method: 'POST', path: /^\/v1\/logs$/, scope: 'telemetry', answer: takeBy('logs') },
  { method: 'POST', path: /^\/v1\/metrics$/, scope: 'telemetry', answer: takeBy('metrics') },
  { method: 'POST', path: /^\/v1\/scores$/, scope: 'telemetry', answer: takeBy('scores') },
  { method: 'GET', path: /^\/v1\/stream$/, scope: 'evaluate', answer: openStream },
  { method: 'GET', path: /^\/v1\/table$/, scope: 'evaluate', answer: sendTable },
  {
    method: 'POST',
    path: /^\/v1\/ack$/,
    scope: 'evaluate',
    answer: (call, { reports }) => reports.accept(call.request, call.response, call.grant, call.token),
  },
  { method: 'POST', path: /^\/ofrep\/v1\/evaluate\/flags$/, scope: 'evaluate', answer: answerBulk },
  {
    method: 'POST',
    path: /^\/ofrep\/v1\/evaluate\/flags\/(?<key>.+)$/,
    scope: 'evaluate',
    answer: answerFlag,
  },
]

/** The edge as an HTTP server. It answers from memory; nothing here waits for the database but a token never seen. */
export function edgeServer(parts: EdgeParts): Server {
  const server = createServer((request, response) => {
    response.on('error', () => response.destroy())
    void route(request, response, parts).catch((error: unknown) => {
      parts.log.error({ err: error, path: urlOf(request).pathname }, 'A request failed')
      if (response.headersSent) response.destroy()
      else sendProblem(response, 500, 'unexpected', 'Something unexpected went wrong; it is in the log')
    })
  })
  server.requestTimeout = 30_000
  server.headersTimeout = 10_000
  server.keepAliveTimeout = 65_000
  return server
}

async function route(request: IncomingMessage, response: ServerResponse, parts: EdgeParts): Promise<void> {
  const { pathname } = urlOf(request)
  const fitting = edgeDoors.filter((each) => each.path.test(pathname))
  const door = fitting.find((each) => each.method === request.method)
  if (!door) {
    const allow = fitting.map((each) => each.method).join(', ')
    if (allow)
      return sendProblem(response, 405, 'wrong_method', `This address takes ${allow}`, { headers: { allow } })
    return sendProblem(response, 404, 'missing', 'There is nothing at this address of the edge')
  }
  const named = namedParts(door.path, pathname)
  if (!named) return sendProblem(response, 400, 'bad_input', 'The address is not properly percent-encoded')
  const open: EdgeGrant = { scopes: [], agents: [] }
  if (door.scope === null)
    return await door.answer({ request, response, named, grant: open, token: '' }, parts)

  const header = request.headers['x-api-key']
  const token = bearerOf(request.headers.authorization) ?? (typeof header === 'string' ? header : null)
  const admission = await admit(token, door.scope, parts)
  if (!admission.ok) return turnAway(response, admission)
  await door.answer({ request, response, grant: admission.grant, named, token: token ?? '' }, parts)
}

function turnAway(response: ServerResponse, { why, detail }: Admission & { ok: false }): void {
  const { status, headers } = refusals[why]
  sendProblem(response, status, why, detail, { headers })
}

const refusals = {
  unauthenticated: { status: 401, headers: { 'www-authenticate': 'Bearer' } },
  forbidden: { status: 403, headers: {} },
  overloaded: { status: 429, headers: { 'retry-after': '1' } },
  unavailable: { status: 503, headers: { 'retry-after': '1' } },
} as const

function namedParts(path: RegExp, pathname: string): Record<string, string> | null {
  try {
    const groups = path.exec(pathname)?.groups ?? {}
    return Object.fromEntries(
      Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]),
    )
  } catch {
    return null
  }
}

function takeBy(kind: OtlpSignal | 'scores'): Door['answer'] {
  return ({ request, response, grant }, { telemetry }) => telemetry[kind](request, response, grant)
}

function openStream({ request, response, grant, token }: Call, { streams, grants }: EdgeParts): void {
  streams.open(request, response, grant, async () => {
    const now = await grants.find(token)
    return now === 'unknown' || (now?.scopes.includes('evaluate') ?? false)
  })
}

function sendTable({ request, response, grant }: Call, { keeper }: EdgeParts): void {
  const table = keeper.table()
  if (!table) {
    const headers = { 'retry-after': '1' }
    return sendProblem(response, 503, 'unavailable', 'This edge has no routing table yet', { headers })
  }
  const etag = `"${formatRevision(table)}"`
  if (request.headers['if-none-match'] === etag) return send(response, 304, null, { etag })
  sendJson(response, 200, tableFor(table, grant.agents), { etag })
}

async function answerFlag(call: Call, { keeper, notes }: EdgeParts): Promise<void> {
  const key = call.named['key'] ?? ''
  const body = await readJson(call, key)
  if (body === tooBad) return
  const table = keeper.table()
  const seen = table ? tableFor(table, call.grant.agents) : null
  const agent = /^agent\.(?<agent>.+)\.version$/.exec(key)?.groups?.['agent']
  if (agent !== undefined && seen && Object.hasOwn(seen.agents, agent)) notes.add('asked', { agent })
  sendOfrep(call.response, evaluateFlag(seen, key, body))
}

async function answerBulk(call: Call, { keeper }: EdgeParts): Promise<void> {
  const body = await readJson(call, '')
  if (body === tooBad) return
  const table = keeper.table()
  const query = { ifNoneMatch: call.request.headers['if-none-match'] }
  sendOfrep(call.response, evaluateAll(table ? tableFor(table, call.grant.agents) : null, body, query))
}

const tooBad = Symbol('the request was answered with an error')

/** The JSON of a request; undefined when it is none, which OFREP answers itself. */
async function readJson({ request, response }: Call, key: string): Promise<unknown> {
  const read = await readBody(request, ofrepBody)
  if (!read.ok) {
    const failure = { key, errorCode: 'PARSE_ERROR', errorDetails: read.detail }
    sendJson(response, read.status, failure, { connection: 'close' })
    return tooBad
  }
  try {
    return JSON.parse(Buffer.from(read.bytes).toString('utf8'))
  } catch {
    return undefined
  }
}

function sendOfrep(response: ServerResponse, answer: OfrepAnswer): void {
  const headers: Record<string, string> = answer.etag ? { etag: answer.etag } : {}
  if (answer.body === null) return send(response, answer.status, null, headers)
  sendJson(response, answer.status, answer.body, headers)
}
