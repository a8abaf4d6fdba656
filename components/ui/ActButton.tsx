'use client'
import { clsx } from 'clsx'
import { LoaderCircle, type LucideIcon } from 'lucide-react'
import { type ReactNode, useEffect, useId, useState } from 'react'
import type { Refusal } from '#lib/actions/refusal.ts'
import { Button, type ButtonLook } from './Button.tsx'
import { onDemand } from './onDemand.tsx'
import { PlainConfirm } from './PlainConfirm.tsx'
import { RefusalText } from './RefusalText.tsx'
import { say } from './say.ts'
import { useAct } from './useAct.ts'
import { whenIdle } from './whenIdle.ts'

const [ConfirmDialog, prepareDialog] = onDemand(
  async () => (await import('./ConfirmDialog.tsx')).ConfirmDialog,
  PlainConfirm,
)

export interface ActButtonProps extends ButtonLook {
  /** Verb and object: `Pause at 5 %`. */
  readonly label: string
  readonly icon?: LucideIcon | undefined
  /** Why it cannot be pressed now; null when it can. From `whyNot`. */
  readonly whyNot: string | null
  readonly act: (reason: string | null) => Promise<Refusal | null>
  /** Asked before it is done. Without it one press does it. */
  readonly confirm?:
    | {
        readonly title: string
        readonly effect: ReactNode
        readonly reason?: { readonly label: string; readonly required: boolean }
        /** The look of the one that does it; the button's own when left out. */
        readonly variant?: ButtonLook['variant']
      }
    | undefined
  /** Said once it is done: what was ordered, never what is not yet seen. */
  readonly done?: string | undefined
  /** Where the reason stands when there is one. `hidden` only where the same words stand beside it. */
  readonly whySide?: 'below' | 'beside' | 'hidden' | undefined
  readonly className?: string | undefined
}

/** A button for one act. When it cannot be pressed, and when it was refused, it says why in text on the page. */
export function ActButton(props: ActButtonProps) {
  const { label, icon: Icon, whyNot, act, confirm, done, whySide = 'below', className, variant, size } = props
  const [asking, setAsking] = useState(false)
  const [asked, setAsked] = useState(false)
  const asks = confirm !== undefined
  // There before it is needed, so that a press never waits for it.
  useEffect(() => (asks ? whenIdle(prepareDialog) : undefined), [asks])
  const id = useId()
  const doAndSay = async (reason: string | null) => {
    const refused = await act(reason)
    if (!refused && done) say(done)
    return refused
  }
  const { pending, refusal, run } = useAct(doAndSay)
  const blocked = whyNot !== null || pending
  const press = () => {
    if (blocked) return
    if (!confirm) return void run(null)
    setAsked(true)
    setAsking(true)
  }

  return (
    <div
      className={clsx(
        'flex gap-x-2.5 gap-y-1',
        whySide === 'beside' ? 'items-center' : 'flex-col',
        className,
      )}
    >
      <Button
        variant={variant}
        size={size}
        className={whySide === 'beside' ? 'flex-1' : 'w-full'}
        aria-disabled={blocked}
        aria-describedby={whyNot ? id : undefined}
        onClick={press}
      >
        {pending ? <LoaderCircle aria-hidden className="animate-spin" /> : Icon && <Icon aria-hidden />}
        {label}
      </Button>
      {whyNot && (
        <span id={id} className={clsx('text-sm text-ink-3', whySide === 'hidden' && 'sr-only')}>
          {whyNot}
        </span>
      )}
      <RefusalText refusal={refusal} />
      {confirm && asked && (
        <ConfirmDialog
          open={asking}
          onOpenChange={setAsking}
          title={confirm.title}
          effect={confirm.effect}
          confirmLabel={label}
          variant={confirm.variant ?? variant ?? 'primary'}
          reason={confirm.reason}
          act={doAndSay}
        />
      )}
    </div>
  )
}
