import type { Page } from '@playwright/test'

/** What a page's heap holds at a moment: each thing by the id that it keeps for life, with its kind and size. */
export type Heap = ReadonlyMap<number, { readonly kind: Kind; readonly bytes: number }>

/**
 * `values` are what scripts made. `tables` are the insides of arrays, maps and weak maps, which keep room for as much as there
 * once were; `code` is what was compiled of scripts, `native` what the browser itself keeps for the page.
 */
export const kinds = ['values', 'tables', 'code', 'native'] as const
export type Kind = (typeof kinds)[number]

export interface Amount {
  readonly count: number
  readonly bytes: number
}

/**
 * Takes a page's heap after its garbage was collected, as often as it is asked. Chromium only; the page stands still for about
 * a second. The heaps of one page can be compared when they were taken by one of these: Chromium gives other ids to another.
 */
export async function heapOf(page: Page): Promise<() => Promise<Heap>> {
  const devtools = await page.context().newCDPSession(page)
  const chunks: string[] = []
  devtools.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk))
  return async () => {
    await devtools.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
    return readSnapshot(JSON.parse(chunks.splice(0).join('')) as Snapshot)
  }
}

/**
 * Of what came between the first heap and the second, what is in the third still, by kind. What a page drops after a while
 * is not in it, so it stays near nothing however long the page lives; what piles up is.
 */
export function keptOf(first: Heap, second: Heap, third: Heap): Record<Kind, Amount> {
  const kept = Object.fromEntries(kinds.map((kind) => [kind, { count: 0, bytes: 0 }])) as Record<Kind, Amount>
  for (const [id, { kind, bytes }] of third)
    if (second.has(id) && !first.has(id))
      kept[kind] = { count: kept[kind].count + 1, bytes: kept[kind].bytes + bytes }
  return kept
}

/** What is read of the file format that V8 writes: nodes as rows of numbers, the names of their fields beside them. */
interface Snapshot {
  readonly snapshot: { readonly meta: { readonly node_fields: string[]; readonly node_types: [string[]] } }
  readonly nodes: number[]
}

function readSnapshot({ snapshot, nodes }: Snapshot): Heap {
  const { node_fields: fields, node_types: types } = snapshot.meta
  const [typeAt, idAt, sizeAt] = ['type', 'id', 'self_size'].map((field) => fields.indexOf(field))
  const heap = new Map<number, { kind: Kind; bytes: number }>()
  const valueAt = (row: number, field: number | undefined) => nodes[row + (field ?? 0)] ?? 0
  for (let row = 0; row < nodes.length; row += fields.length) {
    const kind = kindOf(types[0][valueAt(row, typeAt)] ?? '')
    heap.set(valueAt(row, idAt), { kind, bytes: valueAt(row, sizeAt) })
  }
  return heap
}

function kindOf(type: string): Kind {
  if (type === 'array') return 'tables'
  if (type === 'code' || type === 'object shape' || type === 'hidden') return 'code'
  return type === 'native' || type === 'synthetic' ? 'native' : 'values'
}
