/** What is written of every decision and act. */

/** The chain of what belongs to no agent: people, tokens, settings. Agent names cannot be written so. */
export const systemChain = '(system)'

/** What stands before the first entry of a chain. */
export const genesisHash = '0'.repeat(64)

/** What a verb says of itself. Versions are written as `support-agent@2.4.0`; what does not apply is left out. */
export interface AuditLine {
  readonly action: string
  readonly agent?: string
  readonly rollout?: string
  readonly incident?: string
  /** The evaluation that the entry speaks of. */
  readonly runId?: string
  readonly outcome?: string
  readonly reason?: string | null
  readonly fromVersion?: string
  readonly toVersion?: string
  readonly stage?: string
  readonly switchStatus?: string
  readonly policyVersion?: number
  /** The evidence, or what else a reader of the record needs. Plain JSON. */
  readonly details?: Readonly<Record<string, unknown>>
}

/** An entry as it is hashed: every key present, null where it does not apply. */
export interface AuditBody {
  readonly chain: string
  readonly seq: number
  readonly timestamp: string
  readonly actor: { readonly kind: string; readonly id: string; readonly name: string }
  readonly action: string
  readonly agent: string | null
  readonly rollout: string | null
  readonly incident: string | null
  readonly run_id: string | null
  readonly outcome: string | null
  readonly reason: string | null
  readonly from_version: string | null
  readonly to_version: string | null
  readonly stage: string | null
  readonly switch_status: string | null
  readonly policy_version: number | null
  readonly details: Readonly<Record<string, unknown>> | null
}
