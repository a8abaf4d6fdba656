import type { Actor, Scope } from '#lib/domain/actor.ts'
import type { Outcome, Refusal, RefusalCode } from '#lib/services/outcome.ts'
import { outageProblem, type Problem, problem } from '#lib/services/problem.ts'
import { bearerOf, findGrant } from '#lib/services/token/find.ts'

/** What the doors for machines share: who is asking, how bad input is answered, how a refusal reads. */

export interface MachineCall<Params> {
  readonly request: Request
  readonly actor: Actor
  readonly params: Params
  readonly idempotencyKey: { readonly idempotencyKey?: string }
}

/** A route for bearers of a token with this scope. Whoever else asks is told what is missing. */
export function machineDoor<Params = Record<never, string>>(
  scope: Scope,
  answer: (call: MachineCall<Params>) => Promise<Response>,
) {
  return orUnavailable(async (request: Request, context: { params: Promise<Params> }) => {
    const secret = bearerOf(request.headers.get('authorization'))
    const grant = secret ? await findGrant(secret) : null
    if (!grant) {
      const detail = 'A valid API token is needed: Authorization: Bearer …'
      return sendProblem(problem('unauthenticated', detail), { 'www-authenticate': 'Bearer' })
    }
    if (!grant.scopes.includes(scope)) {
      return sendProblem(problem('forbidden', `This token lacks the scope ${scope}`))
    }
    const key = request.headers.get('idempotency-key')
    if (key !== null && (key.length === 0 || key.length > 200)) {
      const error = {
        path: 'Idempotency-Key',
        given: `${key.length} characters`,
        expected: '1 to 200 characters',
      }
      return sendProblem(problem('bad_input', 'The Idempotency-Key cannot be used', [error]))
    }
    return await answer({
      request,
      actor: grant.actor,
      params: await context.params,
      idempotencyKey: key === null ? {} : { idempotencyKey: key },
    })
  })
}

const comeBackSeconds = 2

/** A door that asks to come back while the database cannot be reached. What was begun there is undone with it. */
export function orUnavailable<Rest extends readonly unknown[]>(
  answer: (...given: Rest) => Promise<Response>,
): (...given: Rest) => Promise<Response> {
  return async (...given) => {
    try {
      return await answer(...given)
    } catch (error) {
      const outage = outageProblem(error)
      if (!outage) throw error
      return sendProblem(outage, { 'retry-after': String(comeBackSeconds) })
    }
  }
}

export function sendProblem(body: Problem, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status: body.status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
  })
}

export function sendJson(body: unknown, status = 200): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } })
}

const kinds: Record<RefusalCode, Parameters<typeof problem>[0]> = {
  bad_input: 'bad_input',
  forbidden: 'forbidden',
  step_up: 'step_up',
  approval_needed: 'approval_needed',
  missing: 'missing',
  exists: 'exists',
  not_now: 'not_now',
  stale: 'stale',
  locked: 'locked',
  not_started: 'not_started',
  rollback_window_over: 'rollback_window_over',
  no_rollback_plan: 'no_rollback_plan',
}

export function sendRefusal(refusal: Refusal): Response {
  return sendProblem(problem(kinds[refusal.code], refusal.because, refusal.errors))
}

/** The answer to a command: what `send` makes of its value, or its refusal. */
export async function sendOutcome<T>(
  outcome: Outcome<T>,
  answer: (value: T) => Response | Promise<Response>,
): Promise<Response> {
  return outcome.ok ? await answer(outcome.value) : sendRefusal(outcome.refusal)
}

const bodyMax = 1024 * 1024

/** The text of a request's body, or why it cannot be read. At most 1 MiB; the rest of a larger one is not read. */
export async function readText(
  request: Request,
): Promise<{ ok: true; text: string } | { ok: false; answer: Response }> {
  const reader = request.body?.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    if (length > bodyMax) {
      await reader.cancel()
      return { ok: false, answer: sendProblem(problem('too_large', 'The body is larger than 1 MiB')) }
    }
    chunks.push(value)
  }
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)) }
  } catch {
    return { ok: false, answer: sendProblem(problem('bad_input', 'The body is not UTF-8')) }
  }
}

/** The JSON object of a request's body; an empty body is an empty object. */
export async function readJson(
  request: Request,
): Promise<{ ok: true; value: Record<string, unknown> } | { ok: false; answer: Response }> {
  const read = await readText(request)
  if (!read.ok) return read
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (read.text !== '' && type !== 'application/json') {
    const error = { path: 'Content-Type', given: type ?? null, expected: 'application/json' }
    return {
      ok: false,
      answer: sendProblem(problem('unsupported_media_type', 'The body has to be JSON', [error])),
    }
  }
  try {
    const value: unknown = JSON.parse(read.text || '{}')
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return { ok: true, value: value as Record<string, unknown> }
    }
    const error = {
      path: '',
      given: Array.isArray(value) ? 'an array' : typeof value,
      expected: 'a JSON object',
    }
    return {
      ok: false,
      answer: sendProblem(problem('bad_input', 'The body has to be a JSON object', [error])),
    }
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'not JSON'
    return { ok: false, answer: sendProblem(problem('bad_input', `The body is not JSON: ${detail}`)) }
  }
}
