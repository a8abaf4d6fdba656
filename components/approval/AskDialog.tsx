'use client'
import { ArrowRight } from 'lucide-react'
import { useState } from 'react'
import { Button } from '#components/ui/Button.tsx'
import { Dialog } from '#components/ui/Dialog.tsx'
import { Field, TextArea } from '#components/ui/Field.tsx'
import { RefusalText } from '#components/ui/RefusalText.tsx'
import { say } from '#components/ui/say.ts'
import { useAct } from '#components/ui/useAct.ts'
import { ask, type Asking } from '#lib/actions/approval.ts'

export interface AskDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly kind: Asking['kind']
  readonly input: Asking['input']
  /** Verb and object: `Promote 2.4.0 to 100 %`. */
  readonly title: string
  readonly before: string
  readonly after: string
  /** Nobody else may approve: it is done at once, marked as such. */
  readonly alone: boolean
  /** What breaking the glass is called; absent where it is not possible. */
  readonly breakGlass?: string | undefined
}

/** Asks a second person, with what is so now and what would be; whoever is alone does it themselves, and says why. */
export function AskDialog(props: AskDialogProps) {
  const { open, onOpenChange, kind, input, title, before, after, alone, breakGlass } = props
  const [reason, setReason] = useState('')
  const { pending, refusal, run, forget } = useAct(async (way: Asking['way']) => {
    const refused = await ask({ kind, input, reason: reason.trim(), way })
    if (!refused) say(way === 'second_person' ? 'Asked: it waits for a second person' : 'Done')
    return refused
  })
  const missing = reason.trim() === ''
  const close = (next: boolean) => {
    if (!next) forget()
    onOpenChange(next)
  }
  const go = async (way: Asking['way']) => {
    if (missing || pending) return
    if (await run(way)) close(false)
  }
  return (
    <Dialog
      open={open}
      onOpenChange={close}
      title={alone ? `${title}, alone?` : `${title}?`}
      description={
        alone
          ? 'Nobody else here may approve, so you do it yourself: with your password and a reason. The record says so.'
          : 'This takes a second person. They see what you see now, and what has become of it.'
      }
    >
      <dl className="mt-4 grid grid-cols-[1fr_auto_1fr] items-center gap-3 rounded-lg bg-sunken p-3 text-sm">
        <div>
          <dt className="text-xs text-ink-3">Now</dt>
          <dd>{before}</dd>
        </div>
        <ArrowRight aria-hidden className="size-4 text-ink-3" />
        <div>
          <dt className="text-xs text-ink-3">Then</dt>
          <dd className="font-[560]">{after}</dd>
        </div>
      </dl>
      <Field className="mt-4" label="Why">
        <TextArea
          rows={2}
          maxLength={2000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </Field>
      <RefusalText className="mt-4" refusal={refusal} />
      <div className="mt-5 flex flex-col gap-2 sm:flex-row-reverse sm:flex-wrap sm:items-center">
        <Button
          variant="primary"
          size="lg"
          aria-disabled={missing || pending}
          onClick={() => void go(alone ? 'alone' : 'second_person')}
        >
          {wordOf(pending, alone, title)}
        </Button>
        {breakGlass && !alone && (
          <Button
            variant="danger"
            size="lg"
            aria-disabled={missing || pending}
            onClick={() => void go('break_glass')}
          >
            {breakGlass}
          </Button>
        )}
        <Button size="lg" variant="ghost" onClick={() => close(false)}>
          Cancel
        </Button>
        {missing && <span className="text-sm text-ink-3 sm:mr-auto">It takes a reason</span>}
      </div>
      {breakGlass && !alone && (
        <p className="mt-3 text-sm text-ink-3">
          Breaking the glass does it at once, with your password. Everybody is told, and the incident has to
          be reviewed.
        </p>
      )}
    </Dialog>
  )
}

function wordOf(pending: boolean, alone: boolean, title: string): string {
  if (pending) return 'Working…'
  return alone ? title : 'Ask a second person'
}
