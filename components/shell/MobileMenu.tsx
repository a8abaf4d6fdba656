'use client'
import { X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { Scrim } from '#components/ui/Scrim.tsx'
import { Brand } from './Brand.tsx'
import { NavLinks } from './NavLinks.tsx'
import { Person } from './Person.tsx'

/** The places of the panel over the page, on a narrow screen. */
export function MobileMenu({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Scrim className="md:hidden" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 left-0 z-50 flex w-[min(17rem,85vw)] flex-col border-r border-line bg-sunken px-2.5 pt-2 pb-4 shadow-raised md:hidden"
        >
          <Dialog.Title className="sr-only">Menu</Dialog.Title>
          <div className="mb-2 flex items-center px-2">
            <Brand />
            <Dialog.Close
              aria-label="Close menu"
              className="-mr-2 ml-auto grid size-11 place-items-center rounded-lg text-ink-2"
            >
              <X aria-hidden className="size-5" />
            </Dialog.Close>
          </div>
          <nav aria-label="Main">
            <NavLinks tall onGo={() => onOpenChange(false)} />
          </nav>
          <div className="mt-auto">
            <Person />
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
