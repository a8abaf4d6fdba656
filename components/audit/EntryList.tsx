'use client'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import { Moment } from '#components/time/RelativeTime.tsx'
import type { AuditEntryView } from '#lib/views/audit.ts'
import { AuditRow } from './AuditRow.tsx'
import { foldEntries } from './fold.ts'

const rowHeight = 45
/** For the first paint, before the window is known. */
const firstScreen = { width: 1440, height: 1600 }

/** However many entries were read, only those near the window are in the page. */
export function EntryList({ entries }: { entries: readonly AuditEntryView[] }) {
  const groups = foldEntries(entries)
  const list = useRef<HTMLOListElement>(null)
  const [top, setTop] = useState(0)
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  // Where the list begins moves with what is above it.
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), [groups.length])
  // oxlint-disable-next-line react/incompatible-library -- nothing of it is handed to a memoized component
  const virtual = useWindowVirtualizer({
    count: groups.length,
    estimateSize: () => rowHeight,
    getItemKey: (index) => groups[index]?.[0].position ?? index,
    initialRect: firstScreen,
    overscan: 12,
    scrollMargin: top,
  })
  const toggle = (key: string, isOpen: boolean) =>
    setOpen((before) => {
      if (before.has(key) === isOpen) return before
      const next = new Set(before)
      if (isOpen) next.add(key)
      else next.delete(key)
      return next
    })

  return (
    <ol
      ref={list}
      aria-label="Entries"
      className="relative"
      style={{ height: `${virtual.getTotalSize()}px` }}
    >
      {virtual.getVirtualItems().map((item) => {
        const group = groups[item.index]
        if (!group) return null
        const [newest, ...like] = group
        return (
          <li
            key={newest.position}
            ref={virtual.measureElement}
            data-index={item.index}
            aria-posinset={item.index + 1}
            aria-setsize={-1}
            className="absolute inset-x-0 top-0 border-line not-first:border-t"
            style={{ transform: `translateY(${item.start - virtual.options.scrollMargin}px)` }}
          >
            <AuditRow
              entry={newest}
              open={open.has(newest.position)}
              onToggle={(isOpen) => toggle(newest.position, isOpen)}
            />
            {like.length > 0 && <More entries={like} />}
          </li>
        )
      })}
    </ol>
  )
}

/** The entries before that say the same. */
function More({ entries }: { entries: readonly AuditEntryView[] }) {
  const oldest = entries.at(-1)
  return (
    <details className="group/more">
      <summary className="cursor-pointer px-4 pb-2.5 text-xs text-ink-3 hover:text-ink md:pl-11">
        and {entries.length} more like it
        {oldest && (
          <>
            , back to <Moment at={oldest.at} />
          </>
        )}
      </summary>
      <ol aria-label="Entries that say the same">
        {entries.map((entry) => (
          <li key={entry.position} className="border-t border-line">
            <AuditRow entry={entry} />
          </li>
        ))}
      </ol>
    </details>
  )
}
