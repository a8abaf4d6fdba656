'use client'
import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { Scrim } from './Scrim.tsx'

export interface DialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly title: string
  /** What this is for, or what it would do. Read out with the title. */
  readonly description: ReactNode
  /** Nothing has to be written: the question itself has the focus, and no keyboard covers it on a phone. */
  readonly isQuestion?: boolean | undefined
  readonly children: ReactNode
}

/** A question on top of the page. At the bottom edge on a phone, where the thumb is. */
export function Dialog({ open, onOpenChange, title, description, isQuestion, children }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Scrim className="animate-[appear_120ms_ease-out]" />
        <Radix.Content
          onOpenAutoFocus={(event) => {
            if (!isQuestion || !(event.currentTarget instanceof HTMLElement)) return
            event.preventDefault()
            event.currentTarget.focus()
          }}
          className="outline-none fixed inset-x-0 bottom-0 z-50 max-h-[90dvh] overflow-y-auto rounded-t-2xl border border-line bg-surface p-5 pb-6 shadow-raised data-[state=open]:animate-[appear_140ms_ease-out] sm:inset-x-auto sm:top-[18vh] sm:bottom-auto sm:left-1/2 sm:w-[min(30rem,calc(100vw-2rem))] sm:-translate-x-1/2 sm:rounded-card"
        >
          <Radix.Title className="pr-8 text-lg font-semibold tracking-[-0.01em]">{title}</Radix.Title>
          <Radix.Description asChild>
            <div className="mt-1.5 text-ink-2">{description}</div>
          </Radix.Description>
          {children}
          <Radix.Close
            aria-label="Close"
            className="absolute top-3 right-3 grid size-9 place-items-center rounded-lg text-ink-3 hover:bg-sunken hover:text-ink"
          >
            <X aria-hidden className="size-4" />
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
