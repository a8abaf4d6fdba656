'use client'
import { ChevronDown } from 'lucide-react'

export interface ShowAllProps {
  readonly of: number
  /** What there are so many of, for who does not see the list: `calls`. */
  readonly what: string
  readonly onShow: () => void
}

/** At the end of a list that shows its first: the rest. */
export function ShowAll({ of, what, onShow }: ShowAllProps) {
  return (
    <button
      type="button"
      className="flex h-11 w-full items-center justify-center gap-1.5 border-t border-line text-sm font-medium text-ink-2 hover:bg-sunken hover:text-ink"
      onClick={onShow}
    >
      Show all {of.toLocaleString('en')}
      <span className="sr-only"> {what}</span>
      <ChevronDown aria-hidden className="size-4" />
    </button>
  )
}
