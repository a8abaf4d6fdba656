import { findActor } from '#lib/auth.ts'
import { type Actor, type Capability, may } from '#lib/domain/actor.ts'
import { problem } from '#lib/services/problem.ts'
import { sendJson, sendProblem } from '../door.ts'

interface Asked {
  readonly capability?: Capability
  /** The agent that the view is about, where it is about one. */
  readonly agent?: string
}

/** Answers a view to whoever may see it. */
export async function answerView<View extends object>(
  { capability = 'view', agent }: Asked,
  read: (actor: Actor, now: Date) => Promise<View | null>,
): Promise<Response> {
  const actor = await findActor()
  if (!actor) return sendProblem(problem('unauthenticated', 'Nobody is signed in'))
  if (!may(actor, capability, agent)) return sendProblem(problem('forbidden', 'Your role cannot see this'))
  const view = await read(actor, new Date())
  return view ? sendJson(view) : sendProblem(problem('missing', 'There is no such thing'))
}
