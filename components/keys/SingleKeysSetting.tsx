'use client'
import { setSingleKeys, useSingleKeys } from './singleKeys.ts'

/** Switches the single keys on and off, in this browser. */
export function SingleKeysSetting() {
  const on = useSingleKeys()
  return (
    <label className="flex min-h-11 items-center gap-3 text-sm">
      <input
        type="checkbox"
        checked={on}
        onChange={(event) => setSingleKeys(event.target.checked)}
        className="size-5 shrink-0 accent-[var(--candidate)]"
      />
      <span>
        Listen to single keys <span className="text-ink-3">in this browser</span>
      </span>
    </label>
  )
}
