import { createHash } from 'node:crypto'
import type { Logger } from 'pino'
import type { RoutingTable } from '#lib/routing/table.ts'
import { decodeLogs } from '#lib/telemetry/otlp.ts'
import { describeProblem, type Problem } from '#lib/telemetry/problem.ts'
import type { Score } from '#lib/telemetry/score.ts'
import { readScoreRequest } from '#lib/telemetry/scoreRequest.ts'
import { scoresOfLogs } from '#lib/telemetry/scoresOfTelemetry.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { keepScores, type NewScore } from '#lib/store/scores.ts'
import type { AcceptExport } from './acceptExport.ts'
import type { EdgeGrant } from './grants.ts'
import type { InFlight } from './inFlight.ts'
import type { EdgeNotes } from './notes.ts'
import { refuseBody } from './otlpHttp.ts'
import { type BodyLimits, readBody } from './readBody.ts'
import { sendJson, sendProblem } from './respond.ts'
import type { TelemetryDoor } from './server.ts'

export interface ScoreParts {
  readonly db: PrismaClient
  readonly table: () => RoutingTable | null
  readonly notes: EdgeNotes
  readonly inFlight: InFlight
  readonly log: Logger
  /** What time it is when a request comes; the time of this machine when absent. */
  readonly clock?: () => Date
}

const machineTime = () => new Date()

const limits: BodyLimits = { wireBytesMax: 2 ** 20, bytesMax: 2 ** 20, stallMs: 5_000, totalMs: 10_000 }
const unkept = 'The scores could not be kept; send them again'

/** Takes the scores out of an export of logs. All else that logs say is dropped. */
export function acceptLogs(parts: Omit<ScoreParts, 'table' | 'inFlight'>): AcceptExport {
  const { db, notes, log, clock = machineTime } = parts
  return async (bytes, encoding, grant) => {
    const receivedAt = clock()
    const decoded = decodeLogs(bytes, encoding)
    if (!decoded.ok) return decoded
    const read = scoresOfLogs(decoded.logs, receivedAt)
    noteRefused(notes, read.rejected)
    try {
      await keepScores(db, newScores(read.scores, grant, receivedAt))
    } catch (error) {
      log.warn({ err: error }, 'Scores could not be kept; the sender is asked to send them again')
      return { ok: false, status: 503, detail: unkept }
    }
    return { ok: true, rejected: [...decoded.rejected, ...read.rejected] }
  }
}

/** `POST /v1/scores`: from judges, users and support tools. One or a list, taken whole or not at all. */
export function scoreDoor(parts: ScoreParts): TelemetryDoor {
  const { db, table, notes, inFlight, log, clock = machineTime } = parts
  return async (request, response, grant) => {
    const receivedAt = clock()
    const share = inFlight.open()
    try {
      const body = await readBody(request, limits, share)
      if (!body.ok) return refuseBody(request, response, body, notes)
      const json = parse(body.bytes)
      const read = json === undefined ? notJson : readScoreRequest(json, receivedAt)
      if (!read.ok) {
        noteRefused(notes, read.problems)
        const detail = 'The scores cannot be taken; none of them was'
        return sendProblem(response, 400, 'bad_input', detail, { errors: read.problems })
      }
      const foreign = read.scores.find(({ agent }) => agent !== null && !maySpeakFor(grant, agent))
      if (foreign) {
        notes.add('agent_foreign', { agent: foreign.agent })
        const detail = `This token is not for “${foreign.agent?.slice(0, 63)}”; none of the scores was taken`
        return sendProblem(response, 403, 'forbidden', detail)
      }
      const unknown = unknownAgent(read.scores, table())
      if (unknown) {
        noteRefused(notes, [unknown])
        const detail = 'The scores are of an agent that is not registered; none of them was taken'
        return sendProblem(response, 400, 'bad_input', detail, { errors: [unknown] })
      }
      await keepScores(db, newScores(read.scores, grant, receivedAt))
      sendJson(response, 200, { accepted: read.scores.length })
    } catch (error) {
      log.warn({ err: error }, 'Scores could not be kept; the sender is asked to send them again')
      sendProblem(response, 503, 'unavailable', unkept, { headers: { 'retry-after': '1' } })
    } finally {
      share.end()
    }
  }
}

const notJson = {
  ok: false,
  problems: [{ path: '', given: 'text that is not JSON', expected: 'JSON' }],
} as const

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}

/** Without a table nobody knows which agents there are; then a score of none of them finds no run. */
function unknownAgent(scores: readonly Score[], table: RoutingTable | null): Problem | null {
  const unknown = scores.find(
    ({ agent }) => table && agent !== null && !Object.hasOwn(table.agents, agent),
  )?.agent
  if (!unknown) return null
  return { path: 'agent', given: JSON.stringify(unknown.slice(0, 63)), expected: 'a registered agent' }
}

function maySpeakFor({ agents }: EdgeGrant, agent: string): boolean {
  return agents === '*' || agents.includes(agent)
}

/** Notes for whoever connects an agent what was said of runs and is no score. */
export function noteRefused(notes: EdgeNotes, problems: readonly Problem[]): void {
  const [first] = problems
  if (first) notes.add('scores_refused', { detail: describeProblem(first) })
}

/** Scores as they are kept: with whose runs they may be joined to, under a name that the same score always has. */
export function newScores(scores: readonly Score[], grant: EdgeGrant, receivedAt: Date): NewScore[] {
  const granted = grant.agents === '*' ? [] : [...grant.agents]
  return scores.map((score) => {
    const { traceId, spanId, responseId, conversationId, agent, name, at, source } = score
    const identity = [source, traceId, spanId, responseId, conversationId, agent, name, at.getTime()]
    return {
      ...score,
      id: createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32),
      agents: agent === null ? granted : [agent],
      receivedAt,
      lookAt: receivedAt,
    }
  })
}
