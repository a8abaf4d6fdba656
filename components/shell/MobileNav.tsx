'use client'
import { Menu, X } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useState } from 'react'
import { Brand } from './Brand.tsx'
import { NavLinks } from './NavLinks.tsx'
import { Person } from './Person.tsx'
import { useShell } from './ShellProvider.tsx'

/** The same places behind one button, on a narrow screen. The button says when something is open. */
export function MobileNav() {
  const [open, setOpen] = useState(false)
  const { openIncidents } = useShell()
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger
        aria-label={openIncidents > 0 ? `Menu, ${openIncidents} open incidents` : 'Menu'}
        className="relative -ml-3 grid size-11 place-items-center rounded-lg text-ink-2 md:hidden"
      >
        <Menu aria-hidden className="size-5" />
        {openIncidents > 0 && (
          <i aria-hidden className="solid absolute top-2 right-2 size-2 rounded-full bg-stop" />
        )}
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-scrim md:hidden" />
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
            <NavLinks tall onGo={() => setOpen(false)} />
          </nav>
          <div className="mt-auto">
            <Person />
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
