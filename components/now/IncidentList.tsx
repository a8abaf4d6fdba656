'use client'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import type { IncidentLine } from '#lib/views/incidents.ts'
import { IncidentRow } from './IncidentRow.tsx'

const rowHeight = 66
/** For the first paint, before the window is known. */
const firstScreen = { width: 1440, height: 1600 }

/** However many incidents were read, only those near the window are in the page. */
export function IncidentList({ incidents }: { incidents: readonly IncidentLine[] }) {
  const list = useRef<HTMLOListElement>(null)
  const [top, setTop] = useState(0)
  // Where the list begins moves with what is above it.
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), [incidents.length])
  // oxlint-disable-next-line react/incompatible-library -- nothing of it is handed to a memoized component
  const virtual = useWindowVirtualizer({
    count: incidents.length,
    estimateSize: () => rowHeight,
    getItemKey: (index) => incidents[index]?.id ?? index,
    initialRect: firstScreen,
    overscan: 12,
    scrollMargin: top,
  })
  return (
    <ol
      ref={list}
      aria-label="Incidents"
      className="relative"
      style={{ height: `${virtual.getTotalSize()}px` }}
    >
      {virtual.getVirtualItems().map((item) => {
        const incident = incidents[item.index]
        if (!incident) return null
        return (
          <li
            key={incident.id}
            ref={virtual.measureElement}
            data-index={item.index}
            aria-posinset={item.index + 1}
            aria-setsize={-1}
            className="absolute inset-x-0 top-0 border-line not-first:border-t"
            style={{ transform: `translateY(${item.start - virtual.options.scrollMargin}px)` }}
          >
            <IncidentRow incident={incident} />
          </li>
        )
      })}
    </ol>
  )
}
