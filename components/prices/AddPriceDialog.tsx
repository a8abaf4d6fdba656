'use client'
import type { FormEvent } from 'react'
import { useZone } from '#components/time/ZoneProvider.tsx'
import { Button } from '#components/ui/Button.tsx'
import { Dialog } from '#components/ui/Dialog.tsx'
import { Field, TextInput } from '#components/ui/Field.tsx'
import { RefusalText } from '#components/ui/RefusalText.tsx'
import { say } from '#components/ui/say.ts'
import { useAct } from '#components/ui/useAct.ts'
import { addPrice } from '#lib/actions/prices.ts'
import type { UnpricedLine } from '#lib/views/prices.ts'
import { FigureFields, figuresOf } from './FigureFields.tsx'
import { MomentInput, momentIn } from './MomentInput.tsx'

interface AddPriceDialogProps {
  readonly given: Pick<UnpricedLine, 'provider' | 'model'>
  readonly onClose: () => void
}

/** Adds a price for a model, from a moment on. */
export function AddPriceDialog({ given: model, onClose }: AddPriceDialogProps) {
  const zone = useZone()
  const { pending, refusal, run } = useAct(async (given: FormData) => {
    const refused = await addPrice({
      provider: String(given.get('provider') ?? '').trim() || null,
      model: String(given.get('model') ?? ''),
      from: momentIn(given, 'from', zone),
      until: momentIn(given, 'until', zone),
      ...figuresOf(given),
    })
    if (!refused) {
      say('The price is added')
      onClose()
    }
    return refused
  })
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    await run(new FormData(event.currentTarget))
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Add a price"
      description="For model calls that begin between the two moments below. Runs that are already counted keep their cost."
    >
      <form method="post" onSubmit={submit} className="mt-4 grid gap-4">
        <Field
          label="Model"
          hint="As it is sent, without the date of a snapshot: gpt-4o also prices gpt-4o-2024-08-06. End it with * for all names that begin so"
        >
          <TextInput
            name="model"
            autoComplete="off"
            required
            maxLength={200}
            defaultValue={model.model ?? ''}
            autoFocus={model.model === null}
          />
        </Field>
        <Field label="Provider" hint="As in openai, anthropic, azure, bedrock. Empty: any provider">
          <TextInput name="provider" autoComplete="off" maxLength={100} defaultValue={model.provider ?? ''} />
        </Field>
        <FigureFields />
        <div className="grid gap-3 sm:grid-cols-2">
          <MomentInput name="from" label="From" hint="Empty: from now on" />
          <MomentInput name="until" label="Until" hint="Empty: until further notice" />
        </div>
        <RefusalText refusal={refusal} />
        <div className="flex flex-col gap-2 sm:flex-row-reverse">
          <Button type="submit" variant="primary" size="lg" aria-disabled={pending}>
            {pending ? 'Adding…' : 'Add the price'}
          </Button>
          <Button size="lg" variant="ghost" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
