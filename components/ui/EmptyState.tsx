import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

export interface EmptyStateProps {
  readonly icon?: LucideIcon | undefined
  readonly title: string
  /** Where it is all that the page shows, its title is the page's. */
  readonly wholePage?: boolean
  /** What would fill it, and how. */
  readonly children?: ReactNode
}

export function EmptyState({ icon: Icon, title, wholePage, children }: EmptyStateProps) {
  const Title = wholePage ? 'h1' : 'p'
  return (
    <div className="flex flex-col items-center gap-1.5 px-6 py-12 text-center">
      {Icon && <Icon aria-hidden className="mb-1.5 size-6 text-ink-3" strokeWidth={1.6} />}
      <Title className="font-semibold">{title}</Title>
      {children && <div className="max-w-[52ch] text-ink-2">{children}</div>}
    </div>
  )
}
