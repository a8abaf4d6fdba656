import { genesisHash } from '#lib/domain/audit.ts'
import type { Fault } from './fault.ts'

/** Follows one chain entry by entry, whatever order they come in. Pure: the hashes are computed by whoever walks. */

/** An entry with its line, and the hash that its content really has. */
export interface Placed {
  readonly line: number
  readonly chain: string
  readonly seq: number
  readonly prevHash: string
  readonly hash: string
  readonly computed: string
}

/** A checkpoint's word on one entry. */
export interface Wanted {
  readonly hash: string
  /** `checkpoint 7 of 2026-11-24T00:05:00.000Z`. */
  readonly by: string
}

export interface ChainVerdict {
  readonly chain: string
  readonly entries: number
  readonly first: number
  readonly last: number
  /** The hash of the last entry. */
  readonly head: string
}

export interface ChainWalk {
  add(entry: Placed): void
  end(): { verdict: ChainVerdict; faults: Fault[] }
}

interface Gap {
  from: number
  to: number
  /** The line of the entry after it. */
  line: number
}

/** `isPart`: the entries are a selection, so a gap means nothing. `wanted`: what checkpoints said, by `seq`. */
export function walkChain(chain: string, isPart: boolean, wanted: ReadonlyMap<number, Wanted>): ChainWalk {
  const faults: Fault[] = []
  const gaps: Gap[] = []
  let first = 0
  let last = 0
  let lastHash = genesisHash
  let entries = 0
  const say = (kind: Fault['kind'], { line, seq }: Pick<Placed, 'line' | 'seq'>, what: string) =>
    faults.push({ kind, line, chain, seq, look: seq, says: `Line ${line}, ${chain} entry ${seq}: ${what}` })

  return {
    add(entry) {
      const { seq, line } = entry
      entries += 1
      if (entry.computed !== entry.hash) say('edited', entry, 'its content does not fit its hash')
      const word = wanted.get(seq)
      if (word && word.hash !== entry.hash) say('rewritten', entry, `${word.by} signed another hash here`)
      if (seq <= last) {
        const isLate = fill(gaps, seq)
        say('reordered', entry, isLate ? `it stands after entry ${last}` : 'it is there twice')
        return
      }
      if (seq > last + 1) gaps.push({ from: last + 1, to: seq - 1, line })
      else if (entry.prevHash !== lastHash) {
        say('not_following', entry, seq === 1 ? 'it is not the first' : `it does not follow entry ${last}`)
      }
      if (first === 0) first = seq
      last = seq
      lastHash = entry.hash
    },
    end() {
      if (!isPart) for (const gap of gaps) faults.push(missing(chain, gap))
      const ahead = [...wanted].filter(([seq]) => seq > last).sort(([a], [b]) => b - a)[0]
      if (ahead) faults.push(cutOff(chain, last, ahead[0], ahead[1].by))
      return { verdict: { chain, entries, first, last, head: lastHash }, faults }
    },
  }
}

/** Takes an entry that came late out of the gap that it had left; false when it was in none. */
function fill(gaps: Gap[], seq: number): boolean {
  const at = gaps.findIndex(({ from, to }) => from <= seq && seq <= to)
  const gap = gaps[at]
  if (!gap) return false
  const rest = [
    { ...gap, to: seq - 1 },
    { ...gap, from: seq + 1 },
  ].filter(({ from, to }) => from <= to)
  gaps.splice(at, 1, ...rest)
  return true
}

function missing(chain: string, { from, to, line }: Gap): Fault {
  const what = from === to ? `entry ${from} is missing` : `entries ${from} to ${to} are missing`
  return {
    kind: 'deleted',
    line,
    chain,
    seq: from,
    look: to + 1,
    says: `Before line ${line}, ${chain}: ${what}`,
  }
}

/** What a checkpoint saw of a chain that ends before it. */
export function cutOff(chain: string, last: number, seen: number, by: string): Fault {
  const gone = seen - last === 1 ? `entry ${seen} is` : `entries ${last + 1} to ${seen} are`
  const says = `${chain} ends with entry ${last}: ${gone} cut off at the end, which ${by} saw`
  return { kind: 'cut_off', line: null, chain, seq: last + 1, look: last === 0 ? null : last, says }
}
