'use client'
import { useRouter } from 'next/navigation'
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react'
import { placesOf } from '#components/shell/places.ts'
import { useShell } from '#components/shell/ShellProvider.tsx'
import { onDemand } from '#components/ui/onDemand.tsx'
import { focusSearch, isDialogOpen, isTyping, moveRow } from './rows.ts'
import { type Wish, wishOf } from './shortcut.ts'
import { singleKeysOn } from './singleKeys.ts'

const [Palette, prepare] = onDemand(async () => (await import('#components/palette/Palette.tsx')).Palette)
const [HelpSheet] = onDemand(async () => (await import('./HelpSheet.tsx')).HelpSheet)

type Sheet = 'palette' | 'help'

interface Sheets {
  readonly open: (sheet: Sheet) => void
  /** The palette is not part of the first load: say that it is about to be wanted. */
  readonly prepare: () => void
}

const SheetsContext = createContext<Sheets | null>(null)

/** How long after `g` a letter still belongs to it. */
const goingMs = 1_500

/** Listens to the keyboard, and shows the palette and the help over the page. */
export function KeyboardProvider({ children }: { children: ReactNode }) {
  const [sheet, setSheet] = useState<Sheet | null>(null)
  const [wanted, setWanted] = useState<ReadonlySet<Sheet>>(new Set())
  const [sheets] = useState<Sheets>(() => ({
    open(next) {
      setWanted((before) => new Set([...before, next]))
      setSheet(next)
    },
    prepare,
  }))
  useKeyboard(sheet !== null, sheets.open)
  const close = (open: boolean) => !open && setSheet(null)
  return (
    <SheetsContext value={sheets}>
      {children}
      {wanted.has('palette') && <Palette open={sheet === 'palette'} onOpenChange={close} />}
      {wanted.has('help') && <HelpSheet open={sheet === 'help'} onOpenChange={close} />}
    </SheetsContext>
  )
}

export function useSheets(): Sheets {
  const sheets = useContext(SheetsContext)
  if (!sheets) throw new Error('useSheets needs a KeyboardProvider above it')
  return sheets
}

function useKeyboard(busy: boolean, open: (sheet: Sheet) => void): void {
  const router = useRouter()
  const shell = useShell()
  const goingUntil = useRef(0)
  useEffect(() => {
    const follow = (wish: Wish) => {
      switch (wish.kind) {
        case 'palette':
        case 'help':
          return open(wish.kind)
        case 'search':
          return focusSearch() ? undefined : open('palette')
        case 'row':
          return moveRow(wish.by)
        case 'go':
          return router.push(wish.href)
        case 'going':
          goingUntil.current = performance.now() + goingMs
          return undefined
        default:
          return wish satisfies never
      }
    }
    const listen = (event: KeyboardEvent) => {
      if (event.key === 'Meta' || event.key === 'Control') return prepare()
      if (event.defaultPrevented || event.isComposing) return
      const going = performance.now() < goingUntil.current
      // Shift alone is on its way to another key.
      if (event.key !== 'Shift') goingUntil.current = 0
      const wish = wishOf(
        {
          key: event.key,
          command: event.metaKey || event.ctrlKey,
          alt: event.altKey,
          typing: isTyping(event.target),
          dialog: busy || isDialogOpen(),
        },
        {
          singleKeys: singleKeysOn(),
          going,
          places: Object.fromEntries(placesOf(shell).map(({ key, href }) => [key, href])),
        },
      )
      if (!wish) return
      event.preventDefault()
      follow(wish)
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [busy, open, router, shell])
}
