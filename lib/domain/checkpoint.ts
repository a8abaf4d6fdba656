/** A signed statement of how far every chain of the record had come. With it a tail that was cut off is seen. */

/** Where a chain ended. */
export interface Head {
  readonly chain: string
  readonly seq: number
  readonly hash: string
}

/** What is signed: everything but the signature, as canonical JSON (RFC 8785). */
export interface Checkpoint {
  readonly kind: 'checkpoint'
  /** Counts from 1 without a gap. */
  readonly number: number
  /** UTC, ISO 8601. */
  readonly at: string
  /** How many entries all chains had together. */
  readonly entries: number
  readonly heads: readonly Head[]
  /** SHA-256 over what was signed the time before, as lower-case hex; null of the first. */
  readonly previous: string | null
  /** Names the key: the first 16 hex digits of SHA-256 over the raw public key. */
  readonly key: string
}

/** As it is published. The signature is Ed25519, in base64. */
export interface SignedCheckpoint extends Checkpoint {
  readonly signature: string
}

/** The public key that checkpoints are checked with: 32 raw bytes in base64. */
export interface PublishedKey {
  readonly kind: 'key'
  readonly algorithm: 'Ed25519'
  readonly key: string
  readonly public: string
}

/** How long an entry waits for its checkpoint, in milliseconds. */
export const checkpointEveryMs = 300_000
/** A checkpoint is made at least this often, also when nothing was written, in milliseconds. */
export const checkpointAtLeastMs = 86_400_000

/**
 * Whether the next checkpoint is due. `written` is whether an entry came since the last one that is not itself about a
 * checkpoint: else each would call for the next.
 */
export function isCheckpointDue(last: Date | null, written: boolean, now: Date): boolean {
  if (!last) return written
  const age = now.getTime() - last.getTime()
  return age >= checkpointAtLeastMs || (written && age >= checkpointEveryMs)
}

/** Entries that are about the checkpoints themselves. */
export const checkpointActions = ['checkpoint.make', 'checkpoint.publish'] as const
