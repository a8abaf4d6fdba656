'use client'
import type { LucideIcon } from 'lucide-react'
import { useEffect, useId, useState } from 'react'
import { Button, type ButtonLook } from '#components/ui/Button.tsx'
import { onDemand } from '#components/ui/onDemand.tsx'
import { whenIdle } from '#components/ui/whenIdle.ts'
import type { AskDialogProps } from './AskDialog.tsx'

const [AskDialog, prepareDialog] = onDemand(async () => (await import('./AskDialog.tsx')).AskDialog)

export interface AskButtonProps extends Omit<AskDialogProps, 'open' | 'onOpenChange'>, ButtonLook {
  /** Verb and object: `Promote to 100 %`. */
  readonly label: string
  readonly icon?: LucideIcon
  /** Why it cannot be asked for now; null when it can. */
  readonly whyNot: string | null
  /** Somebody asked for it already: only whoever is alone goes on. */
  readonly waits: boolean
  /** `hidden` only where the same words stand beside it. */
  readonly whySide?: 'below' | 'hidden' | undefined
  readonly className?: string
}

/** Why it cannot be pressed: it is not possible now, or it waits for somebody else already. */
export function whyNotAsk({
  whyNot,
  waits,
  alone,
  breakGlass,
}: Pick<AskButtonProps, 'whyNot' | 'waits' | 'alone' | 'breakGlass'>): string | null {
  return whyNot ?? (waits && !alone && !breakGlass ? 'It waits for a second person' : null)
}

/** A button for what takes a second person. */
export function AskButton(props: AskButtonProps) {
  const { label, icon: Icon, waits: _waits, whySide, className, variant, size, ...dialog } = props
  const whyNot = whyNotAsk(props)
  const [open, setOpen] = useState(false)
  const [asked, setAsked] = useState(false)
  const id = useId()
  useEffect(() => whenIdle(prepareDialog), [])
  const press = () => {
    if (whyNot !== null) return
    setAsked(true)
    setOpen(true)
  }
  return (
    <div className={`flex flex-col gap-1 ${className ?? ''}`}>
      <Button
        variant={variant}
        size={size}
        className="w-full"
        aria-haspopup="dialog"
        aria-disabled={whyNot !== null}
        aria-describedby={whyNot ? id : undefined}
        onClick={press}
      >
        {Icon && <Icon aria-hidden />}
        {label}
      </Button>
      {whyNot && (
        <span id={id} className={whySide === 'hidden' ? 'sr-only' : 'text-sm text-ink-3'}>
          {whyNot}
        </span>
      )}
      {asked && <AskDialog {...dialog} open={open} onOpenChange={setOpen} />}
    </div>
  )
}
