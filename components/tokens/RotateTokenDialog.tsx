'use client'
import { type FormEvent, useState } from 'react'
import { Button } from '#components/ui/Button.tsx'
import { Dialog } from '#components/ui/Dialog.tsx'
import { Field, Select } from '#components/ui/Field.tsx'
import { RefusalText } from '#components/ui/RefusalText.tsx'
import { useAct } from '#components/ui/useAct.ts'
import { rotateToken } from '#lib/actions/tokens.ts'
import type { TokenLine } from '#lib/views/tokens.ts'
import { TokenSecret } from './TokenSecret.tsx'

/** A new secret for a token. The old one goes on for a while, so that nothing stops in between. */
export function RotateTokenDialog({ line, onClose }: { line: TokenLine; onClose: () => void }) {
  const [token, setToken] = useState<string | null>(null)
  const { pending, refusal, run } = useAct(async (minutes: number) => {
    const made = await rotateToken(line.tokenId, minutes)
    if (!made.ok) return made.refusal
    setToken(made.token)
    return null
  })
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    await run(Number(new FormData(event.currentTarget).get('minutes')))
  }
  if (token) {
    return (
      <Dialog open onOpenChange={onClose} title="Copy the token now" description="It is shown this once.">
        <TokenSecret token={token} onClose={onClose} />
      </Dialog>
    )
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Rotate ${line.name}?`}
      description="A new token with the same agents and purposes takes its place."
    >
      <form method="post" onSubmit={submit} className="mt-4 grid gap-4">
        <Field label="The old one ends">
          <Select name="minutes" defaultValue="60">
            <option value="0">At once</option>
            <option value="60">After an hour</option>
            <option value="1440">After a day</option>
            <option value="10080">After a week</option>
          </Select>
        </Field>
        <RefusalText refusal={refusal} />
        <div className="flex flex-col gap-2 sm:flex-row-reverse">
          <Button type="submit" variant="primary" size="lg" aria-disabled={pending}>
            {pending ? 'Rotating…' : 'Rotate token'}
          </Button>
          <Button size="lg" variant="ghost" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
