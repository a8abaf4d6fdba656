'use client'
import { Menu } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { whenIdle } from '#components/ui/whenIdle.ts'
import { useShell } from './ShellProvider.tsx'

const load = () => import('./MobileMenu.tsx')
const MobileMenu = lazy(async () => ({ default: (await load()).MobileMenu }))

/** The same places behind one button, on a narrow screen. The button says when something is open. */
export function MobileNav() {
  const [open, setOpen] = useState(false)
  const [wanted, setWanted] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const { openIncidents } = useShell()
  useEffect(() => whenIdle(() => void load()), [])
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
      {wanted && (
        <Suspense>
          <MobileMenu open={open} onOpenChange={change} />
        </Suspense>
      )}
    </>
  )
}
