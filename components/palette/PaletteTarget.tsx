'use client'
import { Command } from 'cmdk'
import { RelativeTime } from '#components/time/RelativeTime.tsx'
import type { Target } from './targets.ts'

/** One place to go to. */
export function PaletteTarget({ target, onGo }: { target: Target; onGo: () => void }) {
  const { href, icon: Icon, label, note, at } = target
  return (
    <Command.Item
      value={href}
      onSelect={onGo}
      className="flex min-h-11 cursor-pointer items-center gap-2.5 rounded-lg px-2.5 py-1 sm:min-h-9 data-[selected=true]:bg-sunken data-[selected=true]:shadow-[inset_0_0_0_1px_var(--line-2)] forced-colors:data-[selected=true]:outline-2"
    >
      <Icon aria-hidden className="size-4 shrink-0 text-ink-3" strokeWidth={1.9} />
      <span className="min-w-0 flex-1 truncate">
        <span className="font-medium">{label}</span>
        {note && <span className="text-sm text-ink-3"> {note}</span>}
      </span>
      {at && <RelativeTime at={at} className="shrink-0 text-xs text-ink-3 tabular-nums" />}
    </Command.Item>
  )
}
