'use client'
import { type FormEvent, useState } from 'react'
import { Button } from '#components/ui/Button.tsx'
import { Dialog } from '#components/ui/Dialog.tsx'
import { Field, Select, TextInput } from '#components/ui/Field.tsx'
import { RefusalText } from '#components/ui/RefusalText.tsx'
import { useAct } from '#components/ui/useAct.ts'
import { addAlertRoute, type NewAlertRoute } from '#lib/actions/alerts.ts'
import { severityWords } from './severityWords.ts'
import { WebhookSecret } from './WebhookSecret.tsx'

/** Adds a way for alerts; of a webhook it shows the secret, once. */
export function AddRouteDialog({ agents, onClose }: { agents: readonly string[]; onClose: () => void }) {
  const [messenger, setMessenger] = useState<'slack' | 'webhook'>('slack')
  const [secret, setSecret] = useState<string | null>(null)
  const { pending, refusal, run } = useAct(async (given: FormData) => {
    const made = await addAlertRoute(routeOf(given, messenger))
    if (!made.ok) return made.refusal
    if (made.secret === null) onClose()
    else setSecret(made.secret)
    return null
  })
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    await run(new FormData(event.currentTarget))
  }
  if (secret) {
    return (
      <Dialog open onOpenChange={onClose} title="Copy the secret now" description="It is shown this once.">
        <WebhookSecret secret={secret} onClose={onClose} />
      </Dialog>
    )
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Add a way for alerts"
      description="Beside the installation’s own channel. Alerts name versions, reasons and figures, never what an agent read or wrote."
    >
      <form method="post" onSubmit={submit} className="mt-4 grid gap-4">
        <Field label="By">
          <Select
            value={messenger}
            onChange={(event) => setMessenger(event.target.value === 'webhook' ? 'webhook' : 'slack')}
          >
            <option value="slack">Slack</option>
            <option value="webhook">A signed webhook</option>
          </Select>
        </Field>
        {messenger === 'slack' ? <SlackFields /> : <WebhookFields />}
        <Field label="Of">
          <Select name="agent" defaultValue="*">
            <option value="*">every agent</option>
            {agents.map((agent) => (
              <option key={agent} value={agent}>
                {agent}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Takes">
          <Select name="severity" defaultValue="critical">
            {Object.entries(severityWords).map(([severity, words]) => (
              <option key={severity} value={severity}>
                {words}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="When">
          <Select name="use" defaultValue="always">
            <option value="always">Always</option>
            <option value="after_failures">After three failures of a message’s own channel</option>
          </Select>
        </Field>
        <RefusalText refusal={refusal} />
        <div className="flex flex-col gap-2 sm:flex-row-reverse">
          <Button type="submit" variant="primary" size="lg" aria-disabled={pending}>
            {pending ? 'Adding…' : 'Add the way'}
          </Button>
          <Button size="lg" variant="ghost" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function SlackFields() {
  return (
    <>
      <Field label="Channel" hint="As in #team-support. The app has to be in it">
        <TextInput name="channel" autoComplete="off" required maxLength={81} autoFocus />
      </Field>
      <Field label="Call a user group" hint="Its id, as in S0123ABCD; empty calls nobody">
        <TextInput name="mention" autoComplete="off" maxLength={21} pattern="S[A-Z0-9]{8,20}" />
      </Field>
    </>
  )
}

function WebhookFields() {
  return (
    <Field label="Address" hint="Posts are signed as Standard Webhooks has it">
      <TextInput name="url" type="url" autoComplete="off" required maxLength={2000} autoFocus />
    </Field>
  )
}

function routeOf(given: FormData, messenger: 'slack' | 'webhook'): NewAlertRoute {
  const text = (name: string) => String(given.get(name) ?? '').trim()
  const condition = {
    agent: text('agent'),
    severity: text('severity') as NewAlertRoute['severity'],
    use: text('use') as NewAlertRoute['use'],
  }
  return messenger === 'slack'
    ? { ...condition, messenger, channel: text('channel'), mention: text('mention') || null }
    : { ...condition, messenger, url: text('url') }
}
