'use client'
import { type FormEvent, useState } from 'react'
import { Button } from '#components/ui/Button.tsx'
import { Dialog } from '#components/ui/Dialog.tsx'
import { Field, Select, TextInput } from '#components/ui/Field.tsx'
import { RefusalText } from '#components/ui/RefusalText.tsx'
import { useAct } from '#components/ui/useAct.ts'
import { createToken } from '#lib/actions/tokens.ts'
import type { Scope } from '#lib/domain/actor.ts'
import { scopeWords } from './scopeWords.ts'
import { TokenSecret } from './TokenSecret.tsx'

export interface CreateTokenDialogProps {
  readonly agents: readonly string[]
  readonly onClose: () => void
}

const scopeNames = Object.keys(scopeWords) as Scope[]

/** Makes a token for some agents and some purposes, and shows it once. */
export function CreateTokenDialog({ agents, onClose }: CreateTokenDialogProps) {
  const [token, setToken] = useState<string | null>(null)
  const { pending, refusal, run } = useAct(async (given: FormData) => {
    const chosen = given.getAll('agent').map(String)
    const days = String(given.get('days'))
    const made = await createToken({
      name: String(given.get('name')),
      agents: chosen.includes('*') ? ['*'] : chosen,
      scopes: given.getAll('scope').map((scope) => String(scope) as Scope),
      expiresInDays: days === 'never' ? null : Number(days),
    })
    if (!made.ok) return made.refusal
    setToken(made.token)
    return null
  })
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    await run(new FormData(event.currentTarget))
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
      title="Create an API token"
      description="Give it the fewest purposes that do: one for the exporter, another for the pipeline."
    >
      <form method="post" onSubmit={submit} className="mt-4 grid gap-4">
        <Field label="Name" hint="Who uses it: it stands in the record">
          <TextInput name="name" autoComplete="off" required maxLength={80} autoFocus />
        </Field>
        <fieldset>
          <legend className="mb-1 text-sm font-medium">Purposes</legend>
          {scopeNames.map((scope) => (
            <Choice key={scope} name="scope" value={scope} label={scope} hint={scopeWords[scope]} />
          ))}
        </fieldset>
        <fieldset className="max-h-48 overflow-y-auto">
          <legend className="mb-1 text-sm font-medium">Agents</legend>
          <Choice name="agent" value="*" label="All agents" hint="those of tomorrow too" />
          {agents.map((agent) => (
            <Choice key={agent} name="agent" value={agent} label={agent} />
          ))}
        </fieldset>
        <Field label="Ends after">
          <Select name="days" defaultValue="90">
            <option value="7">7 days</option>
            <option value="30">30 days</option>
            <option value="90">90 days</option>
            <option value="365">A year</option>
            <option value="never">It does not end by itself</option>
          </Select>
        </Field>
        <RefusalText refusal={refusal} />
        <div className="flex flex-col gap-2 sm:flex-row-reverse">
          <Button type="submit" variant="primary" size="lg" aria-disabled={pending}>
            {pending ? 'Creating…' : 'Create token'}
          </Button>
          <Button size="lg" variant="ghost" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function Choice({ name, value, label, hint }: { name: string; value: string; label: string; hint?: string }) {
  return (
    <label className="flex min-h-11 items-center gap-2.5 rounded-lg px-1 hover:bg-sunken sm:min-h-8">
      <input type="checkbox" name={name} value={value} className="size-4 shrink-0 accent-candidate" />
      <span className="min-w-0 text-sm">
        <b className="font-medium">{label}</b>
        {hint && <span className="text-ink-3"> · {hint}</span>}
      </span>
    </label>
  )
}
