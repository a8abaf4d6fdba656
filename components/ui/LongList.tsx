'use client'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react'

export interface LongListProps<T> {
  readonly label: string
  readonly items: readonly T[]
  readonly keyOf: (item: T) => string
  /** How high a row is, pixels, before it was measured. */
  readonly rowHeight: number
  readonly row: (item: T) => ReactNode
}

/** For the first paint, before the window is known. */
const firstScreen = { width: 1440, height: 900 }

/** However many rows were read, only those near the window are in the page. */
export function LongList<T>({ label, items, keyOf, rowHeight, row }: LongListProps<T>) {
  const list = useRef<HTMLOListElement>(null)
  const [top, setTop] = useState(0)
  // Where the list begins moves with what is above it.
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), [items.length])
  // oxlint-disable-next-line react/incompatible-library -- nothing of it is handed to a memoized component
  const virtual = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => rowHeight,
    getItemKey: (index) => keyAt(items, index, keyOf),
    initialRect: firstScreen,
    overscan: 12,
    scrollMargin: top,
  })
  return (
    <ol ref={list} aria-label={label} className="relative" style={{ height: `${virtual.getTotalSize()}px` }}>
      {virtual.getVirtualItems().map(({ index, start }) => {
        const item = items[index]
        if (item === undefined) return null
        return (
          <li
            key={keyOf(item)}
            ref={virtual.measureElement}
            data-index={index}
            aria-posinset={index + 1}
            aria-setsize={-1}
            className="absolute inset-x-0 top-0 border-line not-first:border-t"
            style={{ transform: `translateY(${start - virtual.options.scrollMargin}px)` }}
          >
            {row(item)}
          </li>
        )
      })}
    </ol>
  )
}

function keyAt<T>(items: readonly T[], index: number, keyOf: (item: T) => string): string | number {
  const item = items[index]
  return item === undefined ? index : keyOf(item)
}
