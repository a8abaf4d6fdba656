'use client'
import type { FormEvent } from 'react'
import { useZone } from '#components/time/ZoneProvider.tsx'
import { Button } from '#components/ui/Button.tsx'
import { Dialog } from '#components/ui/Dialog.tsx'
import { RefusalText } from '#components/ui/RefusalText.tsx'
import { say } from '#components/ui/say.ts'
import { useAct } from '#components/ui/useAct.ts'
import { changePrice } from '#lib/actions/prices.ts'
import type { PriceLine } from '#lib/views/prices.ts'
import { FigureFields, figuresOf } from './FigureFields.tsx'
import { MomentInput, momentIn } from './MomentInput.tsx'
import { providerWords } from './words.ts'

interface ChangePriceDialogProps {
  readonly line: PriceLine
  readonly onClose: () => void
}

/** Changes a price from a moment on; one that is in force stays in the list as history. */
export function ChangePriceDialog({ line, onClose }: ChangePriceDialogProps) {
  const zone = useZone()
  const isToCome = line.state === 'to_come'
  const { pending, refusal, run } = useAct(async (given: FormData) => {
    const refused = await changePrice(line.priceId ?? '', momentIn(given, 'from', zone), figuresOf(given))
    if (!refused) {
      say('The price is changed')
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
      title={`Change the price of ${line.model}`}
      description={
        isToCome
          ? `Of ${providerWords(line.provider)}. This price has not been used yet.`
          : `Of ${providerWords(line.provider)}. The present price ends when the new one begins, and stays in the list.`
      }
    >
      <form method="post" onSubmit={submit} className="mt-4 grid gap-4">
        <FigureFields given={line} />
        <MomentInput
          name="from"
          label="From"
          hint="Empty: from now on. Not in the past"
          value={isToCome ? line.from : undefined}
        />
        <RefusalText refusal={refusal} />
        <div className="flex flex-col gap-2 sm:flex-row-reverse">
          <Button type="submit" variant="primary" size="lg" aria-disabled={pending}>
            {pending ? 'Changing…' : 'Change the price'}
          </Button>
          <Button size="lg" variant="ghost" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
