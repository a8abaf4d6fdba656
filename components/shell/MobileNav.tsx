'use client'
import { Menu } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { onDemand } from '#components/ui/onDemand.tsx'
import { whenIdle } from '#components/ui/whenIdle.ts'
import { useShell } from './ShellProvider.tsx'

const [MobileMenu, prepareMenu] = onDemand(async () => (await import('./MobileMenu.tsx')).MobileMenu)

/** The same places behind one button, on a narrow screen. The button says when something is open. */
export function MobileNav() {
  const [open, setOpen] = useState(false)
  const [wanted, setWanted] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const { openIncidents } = useShell()
  useEffect(() => whenIdle(prepareMenu), [])
  const change = (next: boolean) => {
    setOpen(next)
    if (!next) button.current?.focus()
  }
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={openIncidents > 0 ? `Menu, ${openIncidents} open incidents` : 'Menu'}
        className="relative -ml-3 grid size-11 place-items-center rounded-lg text-ink-2 md:hidden"
        onClick={() => {
          setWanted(true)
          setOpen(true)
        }}
      >
        <Menu aria-hidden className="size-5" />
        {openIncidents > 0 && (
          <i aria-hidden className="solid absolute top-2 right-2 size-2 rounded-full bg-stop" />
        )}
      </button>
      {wanted && <MobileMenu open={open} onOpenChange={change} />}
    </>
  )
}
