import canonicalize from 'canonicalize'
import type { Checkpoint, PublishedKey, SignedCheckpoint } from '#lib/domain/checkpoint.ts'
import type { Wanted } from './chainWalk.ts'
import type { Fault } from './fault.ts'
import { importPublicKey, isSigned, keyName, sha256 } from './hash.ts'

/** Whether the checkpoints hold, and what they say of the chains. */

export interface CheckpointVerdict {
  readonly checkpoints: number
  /** The number of the newest one that holds; null when none does. */
  readonly newest: number | null
  readonly newestAt: string | null
  /** The key that they were checked with; null when there was none, or this browser cannot check signatures. */
  readonly key: string | null
  readonly signatures: 'hold' | 'broken' | 'not_checked'
  readonly faults: readonly Fault[]
  /** By chain and `seq`. */
  readonly wanted: ReadonlyMap<string, ReadonlyMap<number, Wanted>>
}

/** What a checkpoint's signature is over. */
export function signedText({
  signature: _signature,
  ...checkpoint
}: Checkpoint & { signature?: string }): string {
  return canonicalize(checkpoint) ?? ''
}

/**
 * Checks each signature, and that each checkpoint names the one before it. What a checkpoint says of the chains counts
 * only when its signature holds, or when none can be checked at all.
 */
export async function verifyCheckpoints(
  given: readonly SignedCheckpoint[],
  publicKey: PublishedKey | null,
): Promise<CheckpointVerdict> {
  const ordered = withoutRepeats(given)
  const name = publicKey ? await keyName(publicKey.public) : null
  const key = publicKey ? await importPublicKey(publicKey.public) : null
  const faults: Fault[] = []
  const wanted = new Map<string, Map<number, Wanted>>()
  let before: { number: number; digest: string } | null = null
  let newest: SignedCheckpoint | null = null
  for (const checkpoint of ordered) {
    const text = signedText(checkpoint)
    const why = key ? await whyNotSigned(checkpoint, text, key, name) : null
    if (why) faults.push(badCheckpoint(checkpoint, why))
    else {
      if (before?.number === checkpoint.number - 1 && checkpoint.previous !== before.digest)
        faults.push(badCheckpoint(checkpoint, `it does not follow checkpoint ${before.number}`))
      const twice = note(wanted, checkpoint)
      if (twice) faults.push(badCheckpoint(checkpoint, twice))
      newest = checkpoint
    }
    before = { number: checkpoint.number, digest: await sha256(text) }
  }
  const bad = faults.length > 0 ? 'broken' : 'hold'
  return {
    checkpoints: ordered.length,
    newest: newest?.number ?? null,
    newestAt: newest?.at ?? null,
    key: key ? name : null,
    signatures: key ? bad : 'not_checked',
    faults,
    wanted,
  }
}

async function whyNotSigned(
  checkpoint: SignedCheckpoint,
  text: string,
  key: CryptoKey,
  name: string | null,
): Promise<string | null> {
  if (checkpoint.key !== name) return `it names the key ${checkpoint.key}, not ${name}`
  const holds = await isSigned(key, checkpoint.signature, text).catch(() => false)
  return holds ? null : 'its signature does not hold'
}

/** By number. A line that was published twice counts once. */
function withoutRepeats(given: readonly SignedCheckpoint[]): SignedCheckpoint[] {
  const seen = new Set<string>()
  return given
    .filter((each) => {
      const text = `${signedText(each)}${each.signature}`
      if (seen.has(text)) return false
      seen.add(text)
      return true
    })
    .toSorted((a, b) => a.number - b.number)
}

/** The first word on an entry stays; why a later one that says another thing does not hold, else null. */
function note(wanted: Map<string, Map<number, Wanted>>, checkpoint: SignedCheckpoint): string | null {
  const by = `checkpoint ${checkpoint.number} of ${checkpoint.at}`
  let other: string | null = null
  for (const { chain, seq, hash } of checkpoint.heads) {
    const of = wanted.get(chain) ?? new Map<number, Wanted>()
    const before = of.get(seq)
    if (!before) of.set(seq, { hash, by })
    else if (before.hash !== hash) other = `${before.by} signed another hash of ${chain} entry ${seq}`
    wanted.set(chain, of)
  }
  return other
}

function badCheckpoint({ number, at }: Checkpoint, why: string): Fault {
  const says = `Checkpoint ${number} of ${at}: ${why}`
  return { kind: 'bad_checkpoint', line: null, chain: null, seq: null, look: null, says }
}
