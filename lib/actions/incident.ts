'use server'
import { requireActor } from '#lib/auth.ts'
import {
  compensate as compensateEffects,
  noteIncident,
  reviewIncident,
} from '#lib/services/incident/review.ts'
import type { Refusal } from './refusal.ts'

/** What people write about an incident. The commands check whatever they are given. */

export interface Review {
  readonly cause: string
  readonly whatHappened: string
  readonly whatChanges: string
  readonly verdict: string
}

export async function review(incidentId: string, given: Review): Promise<Refusal | null> {
  return settled(await reviewIncident({ incidentId, ...given }, await requireActor()))
}

export async function note(incidentId: string, text: string): Promise<Refusal | null> {
  return settled(await noteIncident({ incidentId, text }, await requireActor()))
}

export interface Effect {
  readonly traceId: string
  readonly spanId: string
  readonly tool: string
}

export async function compensate(
  incidentId: string,
  effects: readonly Effect[],
  state: string,
  remark: string | null,
): Promise<Refusal | null> {
  const given = { incidentId, effects, state, ...(remark === null ? {} : { note: remark }) }
  return settled(await compensateEffects(given, await requireActor()))
}

function settled(outcome: { ok: true } | { ok: false; refusal: Refusal }): Refusal | null {
  return outcome.ok ? null : outcome.refusal
}
