'use client'
import { type ReactNode, useState } from 'react'
import type { Refusal } from '#lib/actions/refusal.ts'
import { Button, type ButtonVariant } from './Button.tsx'
import { Dialog } from './Dialog.tsx'
import { Field, TextArea } from './Field.tsx'
import { RefusalText } from './RefusalText.tsx'
import { useAct } from './useAct.ts'

export interface ConfirmDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  /** The question: `Roll back to 2.3.3?` */
  readonly title: string
  /** What will be true afterwards: `All traffic goes to 2.3.3; 2.4.0 is locked.` */
  readonly effect: ReactNode
  /** Verb and object: `Roll back to 2.3.3`. */
  readonly confirmLabel: string
  readonly variant?: ButtonVariant | undefined
  /** Asks why. A required reason must be written first; an optional one may be left out. */
  readonly reason?: { readonly label: string; readonly required: boolean } | undefined
  /** Does it. A refusal stays in the dialog, in words. */
  readonly act: (reason: string | null) => Promise<Refusal | null>
}

/** One confirmation that names the effect. Nothing to type, unless a reason is required. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onOpenChange, title, effect, confirmLabel, variant = 'primary', reason, act } = props
  const [words, setWords] = useState('')
  const { pending, refusal, run, forget } = useAct(act)
  const missing = reason?.required === true && words.trim() === ''

  const close = (next: boolean) => {
    if (!next) forget()
    onOpenChange(next)
  }
  const confirm = async () => {
    if (missing || pending) return
    if (await run(words.trim() || null)) close(false)
  }

  return (
    <Dialog
      open={open}
      onOpenChange={close}
      title={title}
      description={effect}
      isQuestion={reason?.required !== true}
    >
      {reason && (
        <Field
          className="mt-4"
          label={reason.label}
          hint={reason.required ? undefined : 'Can be added later'}
        >
          <TextArea
            rows={2}
            maxLength={2000}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        </Field>
      )}
      <RefusalText className="mt-4" refusal={refusal} />
      <div className="mt-5 flex flex-col gap-2 sm:flex-row-reverse sm:items-center">
        <Button variant={variant} size="lg" aria-disabled={missing || pending} onClick={confirm}>
          {pending ? 'Working…' : confirmLabel}
        </Button>
        <Button size="lg" variant="ghost" onClick={() => close(false)}>
          Cancel
        </Button>
        {missing && <span className="text-sm text-ink-3 sm:mr-auto">It takes a reason</span>}
      </div>
    </Dialog>
  )
}
