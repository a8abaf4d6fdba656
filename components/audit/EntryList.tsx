'use client'
import { useState } from 'react'
import { Moment } from '#components/time/RelativeTime.tsx'
import { LongList } from '#components/ui/LongList.tsx'
import type { AuditEntryView } from '#lib/views/audit.ts'
import { AuditRow } from './AuditRow.tsx'
import { foldEntries } from './fold.ts'

/** Entries that say the same are one row. */
export function EntryList({ entries }: { entries: readonly AuditEntryView[] }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const toggle = (key: string, isOpen: boolean) =>
    setOpen((before) => {
      if (before.has(key) === isOpen) return before
      const next = new Set(before)
      if (isOpen) next.add(key)
      else next.delete(key)
      return next
    })
  return (
    <LongList
      label="Entries"
      items={foldEntries(entries)}
      keyOf={([newest]) => newest.position}
      rowHeight={45}
      row={([newest, ...like]) => (
        <>
          <AuditRow
            entry={newest}
            open={open.has(newest.position)}
            onToggle={(isOpen) => toggle(newest.position, isOpen)}
          />
          {like.length > 0 && <More entries={like} />}
        </>
      )}
    />
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
