'use server'
import { requireActor } from '#lib/auth.ts'
import type { Replayed } from '#lib/domain/policyReplay.ts'
import { readRolloutDocument } from '#lib/services/policy/document.ts'
import { publishPolicy } from '#lib/services/policy/publish.ts'
import { replayOnPast } from '#lib/views/policy.ts'
import type { Refusal } from './refusal.ts'

/** Puts a policy in force that loosens nothing. */
export async function publish(agent: string, yaml: string, reason: string | null): Promise<Refusal | null> {
  const given = { agent, document: { yaml }, ...(reason === null ? {} : { reason }) }
  const outcome = await publishPolicy(given, await requireActor())
  return outcome.ok ? null : outcome.refusal
}

/** What a draft would have done to the rollouts before; null when it cannot be read. Changes nothing. */
export async function replayPast(agent: string, yaml: string): Promise<readonly Replayed[] | null> {
  const actor = await requireActor()
  if (typeof agent !== 'string' || typeof yaml !== 'string') return null
  const read = readRolloutDocument({ yaml })
  return read.ok ? await replayOnPast(agent, read.value.policy, actor) : null
}
