import type { Acks } from '#lib/domain/acknowledgement.ts'
import type { DecisionState } from '#lib/domain/decision/decide.ts'
import type { RecordedCheck, RecordedDecision } from '#lib/domain/decision/recorded.ts'
import type { Rehearsed } from '#lib/domain/drill.ts'
import type { IncidentSnapshot } from '#lib/domain/incident.ts'
import type { Said } from '#lib/domain/observation/observation.ts'
import type { NoticeFacts } from '#lib/domain/notice.ts'
import { type Policy, type StoredPolicy, wholePolicy } from '#lib/domain/policy.ts'
import { emptyTally, type Tally } from '#lib/domain/tally.ts'
import type { Prisma } from './generated/client.ts'

/** A domain value as a JSON column takes it: what is undefined is left out. */
export function toJson(value: unknown): Prisma.InputJsonObject {
  return JSON.parse(JSON.stringify(value)) as Prisma.InputJsonObject
}

/**
 * What JSON columns hold, as the domain's values. Each is written by this code alone, from a value of its type that was
 * checked when it came in, and so is not parsed again. A policy of an earlier edition is filled up.
 */
export const fromJson = {
  acks: column<Acks>(),
  check: column<RecordedCheck>(),
  decision: column<RecordedDecision>(),
  evidence: column<DecisionState>(),
  facts: column<NoticeFacts>(),
  policy: (json: Prisma.JsonValue): Policy => wholePolicy(column<StoredPolicy>()(json)),
  rehearsed: column<Rehearsed>(),
  said: column<Said>(),
  snapshot: column<IncidentSnapshot>(),
  /** What was written before something was counted has none of it. */
  tally: (json: unknown): Tally => ({ ...emptyTally, ...(json as Partial<Tally>) }),
}

function column<T>(): (json: Prisma.JsonValue) => T {
  return (json) => json as unknown as T
}
