'use client'
import { type FormEvent, useState } from 'react'
import { Button } from '#components/ui/Button.tsx'
import { Dialog } from '#components/ui/Dialog.tsx'
import { Field, TextInput } from '#components/ui/Field.tsx'
import { RefusalText } from '#components/ui/RefusalText.tsx'
import { useAct } from '#components/ui/useAct.ts'
import { invite } from '#lib/actions/people.ts'
import type { RoleGrant } from '#lib/domain/actor.ts'
import { OneTimeLink } from './OneTimeLink.tsx'
import { RolesEditor } from './RolesEditor.tsx'

export interface InviteDialogProps {
  readonly agents: readonly string[]
  readonly onClose: () => void
}

/** Makes a person and shows the link by which they set their password, once. */
export function InviteDialog({ agents, onClose }: InviteDialogProps) {
  const [grants, setGrants] = useState<readonly RoleGrant[]>([{ role: 'viewer', agent: '*' }])
  const [made, setMade] = useState<{ name: string; link: string } | null>(null)
  const { pending, refusal, run } = useAct(async (name: string, email: string) => {
    const invited = await invite({ name, email, grants })
    if (!invited.ok) return invited.refusal
    setMade({ name, link: invited.link })
    return null
  })
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    await run(String(given.get('name')), String(given.get('email')))
  }
  if (made) {
    return (
      <Dialog open onOpenChange={onClose} title={`${made.name} is invited`} description="One thing is left.">
        <OneTimeLink {...made} />
        <Button variant="primary" size="lg" className="mt-4 w-full" onClick={onClose}>
          Close: I have sent the link
        </Button>
      </Dialog>
    )
  }
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Invite a person"
      description="They set their own password by a one-time link. Until then nobody can sign in as them."
    >
      <form method="post" onSubmit={submit} className="mt-4 grid gap-4">
        <Field label="Name">
          <TextInput name="name" autoComplete="off" required maxLength={120} autoFocus />
        </Field>
        <Field label="E-mail">
          <TextInput name="email" type="email" autoComplete="off" required maxLength={200} />
        </Field>
        <RolesEditor grants={grants} agents={agents} onChange={setGrants} />
        <RefusalText refusal={refusal} />
        <div className="flex flex-col gap-2 sm:flex-row-reverse">
          <Button type="submit" variant="primary" size="lg" aria-disabled={pending}>
            {pending ? 'Inviting…' : 'Invite person'}
          </Button>
          <Button size="lg" variant="ghost" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
