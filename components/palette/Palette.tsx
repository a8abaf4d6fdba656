'use client'
import { Command } from 'cmdk'
import { Dialog } from 'radix-ui'
import { Scrim } from '#components/ui/Scrim.tsx'
import { PaletteList } from './PaletteList.tsx'

interface PaletteProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}

/** Goes to an agent, a rollout, an incident or a screen by its name. It goes there and does nothing else. */
export function Palette({ open, onOpenChange }: PaletteProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Scrim className="animate-[appear_120ms_ease-out]" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-x-0 top-0 z-50 overflow-hidden border-b border-line bg-surface shadow-raised outline-none data-[state=open]:animate-[appear_140ms_ease-out] sm:inset-x-auto sm:top-[12vh] sm:left-1/2 sm:w-[min(38rem,calc(100vw-2rem))] sm:-translate-x-1/2 sm:rounded-card sm:border"
        >
          <Dialog.Title className="sr-only">Go to</Dialog.Title>
          <Command
            label="Go to"
            loop
            shouldFilter={false}
            onKeyDown={(event) => {
              if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return
              event.preventDefault()
              onOpenChange(false)
            }}
          >
            <PaletteList onGo={() => onOpenChange(false)} />
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
