import { findActor, isOurs } from '#lib/auth.ts'
import type { Actor } from '#lib/domain/actor.ts'
import { problem } from '#lib/services/problem.ts'
import { orUnavailable, sendProblem } from './door.ts'

/** What the browser's doors share: a signed-in person, and for changes a request that comes from our own pages. */

type Handler<Params> = (request: Request, context: { params: Promise<Params> }) => Promise<Response>

/** A door that only reads. Reading does not keep a session from going idle: pages read by themselves. */
export function personDoor<Params = Record<never, string>>(
  answer: (call: { request: Request; actor: Actor; params: Params }) => Promise<Response>,
  touch = false,
): Handler<Params> {
  return orUnavailable(async (request: Request, context: { params: Promise<Params> }) => {
    const actor = await findActor({ touch })
    if (!actor) return sendProblem(problem('unauthenticated', 'Sign in first'))
    return await answer({ request, actor, params: await context.params })
  })
}

/** A door that changes something: refused unless the browser says that the request comes from this site. */
export function personChangeDoor<Params = Record<never, string>>(
  answer: (call: {
    request: Request
    actor: Actor
    params: Params
    idempotencyKey: string
  }) => Promise<Response>,
): Handler<Params> {
  const door = personDoor<Params>(async ({ request, actor, params }) => {
    const idempotencyKey = request.headers.get('idempotency-key')
    if (!idempotencyKey || idempotencyKey.length > 200) {
      const error = { path: 'Idempotency-Key', given: idempotencyKey, expected: '1 to 200 characters' }
      return sendProblem(problem('bad_input', 'This request needs an Idempotency-Key', [error]))
    }
    return await answer({ request, actor, params, idempotencyKey })
  }, true)
  return async (request, context) =>
    isOurs(request.headers)
      ? await door(request, context)
      : sendProblem(problem('forbidden', 'This request does not come from a page of Switchback'))
}
