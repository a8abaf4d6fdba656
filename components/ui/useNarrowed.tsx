'use client'
import { Search } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { TextInput } from './Field.tsx'
import { ShowAll } from './ShowAll.tsx'

export interface Narrowed<T> {
  readonly shown: readonly T[]
  /** Where a part of a name is typed. Nothing where all there is fits on the page. */
  readonly field: ReactNode
  /** What stands at the end of the list: the rest, or that nothing fits. */
  readonly end: ReactNode
}

/** A list of which the first are shown, and any can be found by a part of its name. */
export function useNarrowed<T>(
  items: readonly T[],
  { nameOf, what, atFirst }: { nameOf: (item: T) => string; what: string; atFirst: number },
): Narrowed<T> {
  const [typed, setTyped] = useState('')
  const [all, setAll] = useState(false)
  const wanted = typed.trim().toLowerCase()
  const fitting = wanted === '' ? items : items.filter((item) => nameOf(item).toLowerCase().includes(wanted))
  const shown = all ? fitting : fitting.slice(0, atFirst)
  return {
    shown,
    field: items.length > atFirst && (
      <search className="relative mb-4 block max-w-sm">
        <Search aria-hidden className="absolute inset-y-0 left-3 my-auto size-4 text-ink-3" />
        <TextInput
          type="search"
          aria-label={`Find among ${items.length} ${what}`}
          placeholder={`Find among ${items.length} ${what}`}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          className="pl-9"
        />
      </search>
    ),
    end: (
      <>
        {shown.length < fitting.length && (
          <ShowAll of={fitting.length} what={what} onShow={() => setAll(true)} />
        )}
        {fitting.length === 0 && items.length > 0 && (
          <p role="status" className="px-4 py-6 text-center text-ink-2">
            Nothing is called “{typed.trim()}”.
          </p>
        )}
      </>
    ),
  }
}
