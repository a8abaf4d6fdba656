import canonicalize from 'canonicalize'
import { type ChainVerdict, type ChainWalk, cutOff, type Placed, walkChain } from './chainWalk.ts'
import type { CheckpointVerdict } from './checkpoints.ts'
import { type Fault, inOrder } from './fault.ts'
import { sha256 } from './hash.ts'

/** Verifies the record from its lines alone. The same code runs in the browser and on the command line. */

export interface RecordVerdict {
  readonly entries: number
  readonly chains: readonly ChainVerdict[]
  /** By line. At most `faultsMax`; `faultCount` is how many there are. */
  readonly faults: readonly Fault[]
  readonly faultCount: number
  /** Chains that the checkpoints know and the lines do not, where the lines need not be of all chains. */
  readonly notHere: readonly string[]
}

export interface VerificationParts {
  readonly checkpoints?: Pick<CheckpointVerdict, 'wanted' | 'faults'> | undefined
  /** The lines are a selection of entries: a gap means nothing. */
  readonly isPart?: boolean
  /** The lines are of every chain there is. */
  readonly isEveryChain?: boolean
}

export interface Verification {
  /** The next lines, in their order. */
  add(lines: readonly string[]): Promise<void>
  end(): RecordVerdict
}

const faultsMax = 1_000
const atOnce = 500

export function openVerification({
  checkpoints,
  isPart = false,
  isEveryChain = false,
}: VerificationParts = {}): Verification {
  const walks = new Map<string, ChainWalk>()
  const unreadable: Fault[] = []
  const wantedOf = (chain: string) => (isPart ? undefined : checkpoints?.wanted.get(chain)) ?? new Map()
  let line = 0
  let entries = 0

  async function take(lines: readonly string[]): Promise<void> {
    const first = line + 1
    line += lines.length
    const placed = await Promise.all(lines.map((text, index) => place(text, first + index)))
    for (const entry of placed) {
      if (entry === null) continue
      if ('kind' in entry) {
        unreadable.push(entry)
        continue
      }
      const walk = walks.get(entry.chain) ?? walkChain(entry.chain, isPart, wantedOf(entry.chain))
      walks.set(entry.chain, walk)
      walk.add(entry)
      entries += 1
    }
  }

  return {
    async add(lines) {
      for (let from = 0; from < lines.length; from += atOnce) await take(lines.slice(from, from + atOnce))
    },
    end() {
      const ended = [...walks.values()].map((walk) => walk.end())
      const absent = isPart ? [] : [...(checkpoints?.wanted ?? [])].filter(([chain]) => !walks.has(chain))
      const gone = absent.flatMap(([chain, wanted]) => {
        const ahead = [...wanted].sort(([a], [b]) => b - a)[0]
        return ahead && isEveryChain ? [cutOff(chain, 0, ahead[0], ahead[1].by)] : []
      })
      const all = [...unreadable, ...ended.flatMap((each) => each.faults), ...gone]
      const faults = [...inOrder(all), ...(checkpoints?.faults ?? [])]
      return {
        entries,
        chains: ended.map((each) => each.verdict),
        faults: faults.slice(0, faultsMax),
        faultCount: faults.length,
        notHere: isEveryChain ? [] : absent.map(([chain]) => chain),
      }
    },
  }
}

/** Null for an empty line. */
async function place(text: string, line: number): Promise<Placed | Fault | null> {
  if (text.trim() === '') return null
  const read = readEntry(text)
  if (!read) {
    const says = `Line ${line}: not an entry of the record`
    return { kind: 'unreadable', line, chain: null, seq: null, look: null, says }
  }
  const { prev_hash: prevHash, hash, position: _position, ...body } = read
  const computed = await sha256(prevHash + (canonicalize(body) ?? ''))
  return { line, chain: read.chain, seq: read.seq, prevHash, hash, computed }
}

interface Entry extends Record<string, unknown> {
  readonly chain: string
  readonly seq: number
  readonly prev_hash: string
  readonly hash: string
}

function readEntry(text: string): Entry | null {
  try {
    const entry = JSON.parse(text) as Partial<Entry> | null
    const fits =
      typeof entry?.chain === 'string' &&
      Number.isSafeInteger(entry.seq) &&
      typeof entry.prev_hash === 'string' &&
      typeof entry.hash === 'string'
    return fits ? (entry as Entry) : null
  } catch {
    return null
  }
}
