import { clsx } from 'clsx'
import { CircleCheck, CircleSlash, CircleX } from 'lucide-react'
import { type RunOutcome } from '#lib/domain/runEvidence.ts'
import { outcomeWords } from './words.ts'

const looks = {
  ok: { icon: CircleCheck, look: 'text-allow' },
  failed: { icon: CircleX, look: 'text-stop' },
  cancelled: { icon: CircleSlash, look: 'text-ink-3' },
} as const

/** The shape of an outcome, for beside its word. */
export function OutcomeIcon({ outcome, className }: { outcome: RunOutcome; className?: string }) {
  const { icon: Icon, look } = looks[outcome]
  return <Icon aria-hidden className={clsx('shrink-0', look, className ?? 'size-4')} strokeWidth={2} />
}

/** How a run ended, as shape and word. */
export function Outcome({ outcome }: { outcome: RunOutcome }) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <OutcomeIcon outcome={outcome} className="size-3.5" />
      {outcomeWords[outcome]}
    </span>
  )
}
