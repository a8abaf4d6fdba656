'use server'
import { revalidatePath } from 'next/cache'
import { requireActor } from '#lib/auth.ts'
import type { Policy } from '#lib/domain/policy.ts'
import { paths } from '#lib/paths.ts'
import { readRolloutDocument } from '#lib/services/policy/document.ts'
import { promoteRollout } from '#lib/services/rollout/promote.ts'
import { resumeRollout } from '#lib/services/rollout/resume.ts'
import { startRollout as start } from '#lib/services/rollout/start.ts'
import { readInForce } from '#lib/views/policy.ts'
import { readNotesFor } from '#lib/views/startNotes.ts'
import type { FieldError, Refusal } from './refusal.ts'

/** The document of a rollout as it was written, or as a form put it together. */
export type GivenDocument = { readonly yaml: string } | { readonly json: unknown }

export type Started =
  | { readonly ok: true; readonly rolloutId: string; readonly notes: readonly string[] }
  | { readonly ok: false; readonly refusal: Refusal }

export async function startRollout(agent: string, document: GivenDocument): Promise<Started> {
  const outcome = await start({ agent, document }, await requireActor())
  if (!outcome.ok) return outcome
  revalidatePath(paths.agent(agent))
  return { ok: true, rolloutId: outcome.value.rolloutId, notes: outcome.value.notes }
}

export type ReadDocument =
  | { readonly ok: true; readonly agent: string; readonly policy: Policy; readonly notes: readonly string[] }
  | { readonly ok: false; readonly errors: readonly FieldError[] }

/**
 * What a document would be read as; with an agent, as a rollout of it, where what is left out is as in its policy in
 * force. Changes nothing.
 */
export async function readDocument(document: GivenDocument, agent?: string): Promise<ReadDocument> {
  const actor = await requireActor()
  if (!isDocument(document)) {
    return { ok: false, errors: [{ path: '', given: typeof document, expected: 'a document' }] }
  }
  const inForce = typeof agent === 'string' ? await readInForce(agent, actor) : null
  const read = readRolloutDocument(document, inForce ?? undefined)
  if (!read.ok) return read
  const { stable, policy, notes } = read.value
  const about = { agent: stable.agent, stable: stable.version, policy }
  const told = await readNotesFor(about, actor, new Date())
  return { ok: true, agent: stable.agent, policy, notes: [...notes, ...told] }
}

/** What comes from a browser is whatever somebody sent. */
function isDocument(given: unknown): given is GivenDocument {
  if (typeof given !== 'object' || given === null) return false
  return 'json' in given || ('yaml' in given && typeof given.yaml === 'string')
}

export async function resume(rolloutId: string, reason: string | null): Promise<Refusal | null> {
  return settled(await resumeRollout({ rolloutId, ...given(reason) }, await requireActor()))
}

/** `seenVersion` is the rollout's version that was on the screen: if the world moved since, it is refused. */
export async function promote(
  rolloutId: string,
  reason: string | null,
  seenVersion: number,
): Promise<Refusal | null> {
  return settled(await promoteRollout({ rolloutId, ...given(reason), seenVersion }, await requireActor()))
}

function given(reason: string | null): { reason?: string } {
  return reason === null ? {} : { reason }
}

/** The screens read again by themselves: `/api/live` tells them. What the server keeps of them is dropped here. */
function settled(outcome: { ok: true } | { ok: false; refusal: Refusal }): Refusal | null {
  if (!outcome.ok) return outcome.refusal
  revalidatePath(paths.now(), 'layout')
  return null
}
