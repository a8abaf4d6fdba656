import { clsx } from 'clsx'
import { Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { type Tone, tonePanel, toneText } from './tone.ts'

export interface BannerProps {
  readonly tone: Tone
  readonly title: string
  readonly children?: ReactNode
  /** Only for what has just gone wrong: it interrupts a screen reader. */
  readonly urgent?: boolean | undefined
}

/** One thing that is true of the whole page and that somebody should know. */
export function Banner({ tone, title, children, urgent }: BannerProps) {
  const Icon = tone === 'stop' || tone === 'hold' ? TriangleAlert : Info
  return (
    <div
      role={urgent ? 'alert' : 'status'}
      className={clsx('flex gap-2.5 rounded-[10px] border px-3.5 py-2.5', tonePanel[tone])}
    >
      <Icon aria-hidden className={clsx('mt-[3px] size-4 shrink-0', toneText[tone])} strokeWidth={2} />
      <div className="min-w-0">
        <span className="font-semibold">{title}</span> <span className="text-ink-2">{children}</span>
      </div>
    </div>
  )
}
