/** What is to come, by when: a binary heap. */
export interface Queue<T> {
  readonly add: (at: number, item: T) => void
  /** When the next one is due; infinite of none. */
  readonly nextAt: () => number
  /** Takes away the next one. */
  readonly take: () => T | undefined
  /** How many there are. */
  readonly size: () => number
}

interface Entry<T> {
  readonly at: number
  readonly item: T
}

export function queueOf<T>(): Queue<T> {
  const heap: Entry<T>[] = []
  const atOf = (index: number) => heap[index]?.at ?? Number.POSITIVE_INFINITY

  function rise(entry: Entry<T>): void {
    let index = heap.length
    while (index > 0) {
      const parent = heap[(index - 1) >> 1]
      if (!parent || parent.at <= entry.at) break
      heap[index] = parent
      index = (index - 1) >> 1
    }
    heap[index] = entry
  }

  function sink(entry: Entry<T>): void {
    let index = 0
    for (;;) {
      const left = 2 * index + 1
      const least = atOf(left + 1) < atOf(left) ? left + 1 : left
      const child = heap[least]
      if (!child || child.at >= entry.at) break
      heap[index] = child
      index = least
    }
    heap[index] = entry
  }

  return {
    add: (at, item) => rise({ at, item }),
    nextAt: () => atOf(0),
    take: () => {
      const first = heap[0]
      const last = heap.pop()
      if (last && heap.length > 0) sink(last)
      return first?.item
    },
    size: () => heap.length,
  }
}
