'use client'
import { Search } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { useSheets } from './KeyboardProvider.tsx'

const never = () => () => {}
const isOnApple = () => /Mac|iPhone|iPad/.test(navigator.userAgent)

/** Opens the palette: an icon on a phone, with its key on a wide screen. */
export function SearchButton() {
  const { open, prepare } = useSheets()
  const isApple = useSyncExternalStore(never, isOnApple, () => false)
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      aria-label="Go to"
      aria-keyshortcuts="Meta+K Control+K"
      onPointerEnter={prepare}
      onFocus={prepare}
      onClick={() => open('palette')}
      className="inline-flex size-11 shrink-0 items-center justify-center gap-2 rounded-lg text-sm text-ink-3 hover:text-ink md:h-8 md:w-auto md:border md:border-line-2 md:bg-surface md:px-2.5 md:hover:border-ink-3"
    >
      <Search aria-hidden className="size-5 md:size-3.5" />
      <span className="hidden md:inline">Go to…</span>
      <kbd
        aria-hidden
        className="hidden min-w-11 rounded border border-line px-1 text-center font-sans text-xs md:inline"
      >
        {isApple ? '⌘ K' : 'Ctrl K'}
      </kbd>
    </button>
  )
}
