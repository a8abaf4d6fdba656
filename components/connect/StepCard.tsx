import { clsx } from 'clsx'
import { Check } from 'lucide-react'
import { type ReactNode, useId } from 'react'

export interface StepCardProps {
  readonly number: number
  readonly title: string
  readonly done: boolean
  readonly children: ReactNode
}

/** One of the things to do, in order; with a mark when it is done. */
export function StepCard({ number, title, done, children }: StepCardProps) {
  const id = useId()
  return (
    <li>
      <section
        aria-labelledby={id}
        className="min-w-0 rounded-card border border-line bg-surface p-4 shadow-card sm:p-5"
      >
        <h2 id={id} className="flex items-center gap-2.5 text-base font-semibold">
          <span
            className={clsx(
              'grid size-6 shrink-0 place-items-center rounded-full border text-xs tabular-nums',
              done ? 'border-allow-line bg-allow-bg text-allow' : 'border-line-2 text-ink-2',
            )}
          >
            {done ? <Check aria-hidden className="size-3.5" strokeWidth={2.4} /> : number}
          </span>
          {title}
          {done && <span className="sr-only">, done</span>}
        </h2>
        <div className="mt-3 grid grid-cols-[minmax(0,1fr)] gap-3">{children}</div>
      </section>
    </li>
  )
}
