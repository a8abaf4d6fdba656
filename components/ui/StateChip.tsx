import { clsx } from 'clsx'
import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { type Tone, toneChip, toneIcons, toneText } from './tone.ts'

export interface StateChipProps {
  readonly tone: Tone
  readonly children: ReactNode
  /** Another icon than the tone's; null where the tone's icon already stands beside it. */
  readonly icon?: LucideIcon | null | undefined
}

/** A state as icon, word and colour. */
export function StateChip({ tone, children, icon }: StateChipProps) {
  const Icon = icon === undefined ? toneIcons[tone] : icon
  return (
    <span
      className={clsx(
        'inline-flex items-center gap-1 rounded-md align-middle px-[7px] text-xs leading-5 font-[560] whitespace-nowrap',
        toneChip[tone],
      )}
    >
      {Icon && <Icon aria-hidden className="size-[13px] shrink-0" strokeWidth={2.2} />}
      {children}
    </span>
  )
}

/** The tone's shape alone, for where the word stands beside it. */
export function ToneIcon({
  tone,
  icon,
  className,
}: {
  tone: Tone
  icon?: LucideIcon | undefined
  className?: string
}) {
  const Icon = icon ?? toneIcons[tone]
  return (
    <Icon aria-hidden className={clsx('shrink-0', toneText[tone], className ?? 'size-4')} strokeWidth={1.9} />
  )
}
