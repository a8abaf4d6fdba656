import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { genesisHash } from '#lib/domain/audit.ts'

/** Verifies an export of the record with nothing but the export. */

export interface ChainVerdict {
  readonly chain: string
  readonly entries: number
  readonly says: string
}

export interface ExportVerdict {
  readonly chains: readonly ChainVerdict[]
  /** One sentence for each place that does not hold, in the order of the file. */
  readonly faults: readonly string[]
}

interface Entry {
  readonly chain: string
  readonly seq: number
  readonly prev_hash: string
  readonly hash: string
}

/**
 * Recomputes every hash and the order of every chain. An edited entry, a missing one and a swapped one are each named
 * by line. Not seen: entries cut off at the end; for that the head has to be known from elsewhere.
 */
export function verifyLines(lines: readonly string[]): ExportVerdict {
  const faults: string[] = []
  const ends = new Map<string, { seq: number; hash: string; first: number; entries: number }>()
  lines.forEach((text, index) => {
    if (text.trim() === '') return
    const entry = readEntry(text)
    const place = `Line ${index + 1}`
    if (!entry) {
      faults.push(`${place}: not an audit entry`)
      return
    }
    const end = ends.get(entry.chain)
    const whole = `${place}, ${entry.chain} entry ${entry.seq}`
    if (recompute(text, entry.prev_hash) !== entry.hash)
      faults.push(`${whole}: its content does not fit its hash`)
    if (end && entry.seq !== end.seq + 1) faults.push(`${whole}: entry ${end.seq + 1} is missing before it`)
    else if (end && entry.prev_hash !== end.hash)
      faults.push(`${whole}: it does not follow the entry before it`)
    if (!end && entry.seq === 1 && entry.prev_hash !== genesisHash)
      faults.push(`${whole}: it is not the first`)
    const { first, entries } = end ?? { first: entry.seq, entries: 0 }
    ends.set(entry.chain, { seq: entry.seq, hash: entry.hash, first, entries: entries + 1 })
  })
  const broken = (chain: string) => faults.some((fault) => fault.includes(`, ${chain} entry `))
  const chains = [...ends].map(([chain, end]) => ({
    chain,
    entries: end.entries,
    says: broken(chain) ? 'broken' : `unbroken from ${end.first} to ${end.seq}, head ${end.hash}`,
  }))
  return { chains, faults }
}

function readEntry(text: string): Entry | null {
  try {
    const entry = JSON.parse(text) as Partial<Entry>
    const fits =
      typeof entry.chain === 'string' &&
      typeof entry.seq === 'number' &&
      typeof entry.prev_hash === 'string' &&
      typeof entry.hash === 'string'
    return fits ? (entry as Entry) : null
  } catch {
    return null
  }
}

/** The hash as lib/store/audit.ts makes it: over all keys but those that place the entry. */
function recompute(text: string, prevHash: string): string {
  const {
    prev_hash: _prev,
    hash: _hash,
    position: _position,
    ...body
  } = JSON.parse(text) as Record<string, unknown>
  return createHash('sha256')
    .update(prevHash)
    .update(canonicalize(body) ?? '')
    .digest('hex')
}
