import { clsx } from 'clsx'
import { type ComponentProps, type ReactNode, useId } from 'react'

export function Card({ className, ...rest }: ComponentProps<'div'>) {
  return (
    <div {...rest} className={clsx('rounded-card border border-line bg-surface shadow-card', className)} />
  )
}

export interface SectionProps {
  readonly title: ReactNode
  /** Small text or a control at the right of the title. */
  readonly aside?: ReactNode
  readonly children: ReactNode
  readonly className?: string | undefined
}

/** A card with a heading: a region named by it. */
export function Section({ title, aside, children, className }: SectionProps) {
  const id = useId()
  return (
    <section
      aria-labelledby={id}
      className={clsx('min-w-0 rounded-card border border-line bg-surface shadow-card', className)}
    >
      <div className="flex min-h-8 items-center gap-2 px-4 pt-2.5">
        <h2 id={id} className="text-sm font-semibold">
          {title}
        </h2>
        {aside && <div className="ml-auto text-right text-xs text-ink-3">{aside}</div>}
      </div>
      {children}
    </section>
  )
}
