import { clsx } from 'clsx'
import type { ReactNode } from 'react'

/** A list of terms and what they are now. */
export function KeyValues({ children, className }: { children: ReactNode; className?: string | undefined }) {
  return (
    <dl className={clsx('grid grid-cols-[auto_1fr] gap-x-3 gap-y-[7px] px-4 pt-2 pb-3.5 text-sm', className)}>
      {children}
    </dl>
  )
}

export function KeyValue({ term, children }: { term: ReactNode; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{term}</dt>
      <dd className="min-w-0 text-right break-words tabular-nums">{children}</dd>
    </>
  )
}
