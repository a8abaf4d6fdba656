import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { genesisHash } from '#lib/domain/audit.ts'
import type { Wanted } from './chainWalk.ts'
import { openVerification } from './verification.ts'

/** A chain of so many entries, as it is exported. */
function aChain(chain: string, length: number): string[] {
  let prev = genesisHash
  return Array.from({ length }, (_, index) => {
    const body = { chain, seq: index + 1, action: 'rollout.pause', details: { note: `entry ${index}` } }
    const hash = createHash('sha256')
      .update(prev + canonicalize(body))
      .digest('hex')
    const line = JSON.stringify({ ...body, prev_hash: prev, hash })
    prev = hash
    return line
  })
}

/** What a checkpoint says that saw all of these lines. */
function seen(lines: readonly string[]) {
  const { chain, seq, hash } = JSON.parse(lines.at(-1) ?? '') as { chain: string; seq: number; hash: string }
  const wanted = new Map([[chain, new Map<number, Wanted>([[seq, { hash, by: 'checkpoint 1' }]])]])
  return { wanted, faults: [] }
}

async function faultsIn(lines: readonly string[], whole: readonly string[]) {
  const verification = openVerification({ checkpoints: seen(whole) })
  await verification.add(lines)
  return verification.end().faults
}

const lengths = fc.integer({ min: 3, max: 12 })
const places = fc.nat()

test('nothing is wrong with chains that are whole, however their lines are mixed', async () => {
  const one = aChain('one', 7)
  const two = aChain('two', 5)
  const mixed = one.flatMap((line, index) => [line, ...(two[index] ? [two[index]] : [])])
  expect(await faultsIn(mixed, one)).toEqual([])
})

test('any entry that was edited is found at its line', async () => {
  await fc.assert(
    fc.asyncProperty(lengths, places, async (length, place) => {
      const lines = aChain('one', length)
      const at = place % length
      const edited = lines.with(at, (lines[at] ?? '').replace('pause', 'resume'))
      expect(await faultsIn(edited, lines)).toMatchObject([{ kind: 'edited', line: at + 1, seq: at + 1 }])
    }),
  )
})

test('any entries that were deleted are found, the last ones too', async () => {
  await fc.assert(
    fc.asyncProperty(lengths, places, places, async (length, place, count) => {
      const lines = aChain('one', length)
      const at = place % length
      const many = 1 + (count % Math.max(1, Math.min(length - at, length - 1)))
      const left = lines.toSpliced(at, many)
      const isEnd = at + many >= length
      expect(await faultsIn(left, lines)).toMatchObject([
        isEnd ? { kind: 'cut_off', line: null, seq: at + 1 } : { kind: 'deleted', line: at + 1, seq: at + 1 },
      ])
    }),
  )
})

test('any two entries that changed places are found', async () => {
  await fc.assert(
    fc.asyncProperty(lengths, places, async (length, place) => {
      const lines = aChain('one', length)
      const at = place % (length - 1)
      const swapped = lines.with(at, lines[at + 1] ?? '').with(at + 1, lines[at] ?? '')
      expect(await faultsIn(swapped, lines)).toMatchObject([{ kind: 'reordered', line: at + 2, seq: at + 1 }])
    }),
  )
})

test('a chain that is gone altogether is a fault where every chain should be there, and said elsewhere', async () => {
  const gone = aChain('gone', 3)
  const of = async (isEveryChain: boolean) => {
    const verification = openVerification({ checkpoints: seen(gone), isEveryChain })
    await verification.add(aChain('here', 2))
    return verification.end()
  }
  expect(await of(true)).toMatchObject({ faults: [{ kind: 'cut_off', chain: 'gone' }], notHere: [] })
  expect(await of(false)).toMatchObject({ faults: [], notHere: ['gone'] })
})

test('a selection is judged by what it holds: gaps mean nothing, an edit does', async () => {
  const lines = aChain('one', 6)
  const verification = openVerification({ checkpoints: seen(lines), isPart: true })
  await verification.add([lines[1] ?? '', (lines[3] ?? '').replace('pause', 'resume')])
  expect(verification.end().faults).toMatchObject([{ kind: 'edited', line: 2, seq: 4 }])
})
