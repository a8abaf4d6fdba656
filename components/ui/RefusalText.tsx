import { clsx } from 'clsx'
import { CircleX } from 'lucide-react'
import type { Refusal } from '#lib/actions/refusal.ts'

/** Why it was not done, where the button is. */
export function RefusalText({
  refusal,
  className,
}: {
  refusal: Refusal | null
  className?: string | undefined
}) {
  if (!refusal) return null
  return (
    <p role="alert" className={clsx('flex gap-1.5 text-sm text-stop', className)}>
      <CircleX aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span>{refusal.because}</span>
    </p>
  )
}
