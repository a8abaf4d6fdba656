'use client'
import { type FormEvent, useEffect, useRef } from 'react'
import { useShell } from '#components/shell/ShellProvider.tsx'
import { Button } from '#components/ui/Button.tsx'
import { Dialog } from '#components/ui/Dialog.tsx'
import { Field, TextInput } from '#components/ui/Field.tsx'
import { RefusalText } from '#components/ui/RefusalText.tsx'
import { useAct } from '#components/ui/useAct.ts'
import { proveAgain } from '#lib/actions/people.ts'
import { paths } from '#lib/paths.ts'
import { stepUpChannel } from './stepUpChannel.ts'

export interface StepUpDialogProps {
  readonly open: boolean
  readonly onSettle: (proven: boolean) => void
}

/** Asks again who somebody is: by their password, or at the provider that they signed in with. */
export function StepUpDialog({ open, onSettle }: StepUpDialogProps) {
  const { hasPassword, personId } = useShell()
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onSettle(false)}
      title={hasPassword ? 'Enter your password again' : 'Sign in again'}
      description="This takes a recent sign-in. After it, what you began goes on; for five minutes you are not asked again."
    >
      {hasPassword ? (
        <PasswordForm onProven={() => onSettle(true)} onCancel={() => onSettle(false)} />
      ) : (
        <AtProvider personId={personId} onProven={() => onSettle(true)} />
      )}
    </Dialog>
  )
}

function PasswordForm({ onProven, onCancel }: { onProven: () => void; onCancel: () => void }) {
  const { pending, refusal, run } = useAct(proveAgain)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    // A form inside a dialog inside a form: only this one is meant.
    event.stopPropagation()
    const given = new FormData(event.currentTarget)
    if (await run(String(given.get('password')))) onProven()
  }
  return (
    <form method="post" onSubmit={submit} className="mt-4 grid gap-4">
      <Field label="Password">
        <TextInput name="password" type="password" autoComplete="current-password" required autoFocus />
      </Field>
      <RefusalText refusal={refusal} />
      <div className="flex flex-col gap-2 sm:flex-row-reverse">
        <Button type="submit" variant="primary" size="lg" aria-disabled={pending}>
          {pending ? 'Checking…' : 'Confirm it is me'}
        </Button>
        <Button size="lg" variant="ghost" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  )
}

/** The provider asks in a window of its own, so that what was begun here is not lost. */
function AtProvider({ personId, onProven }: { personId: string; onProven: () => void }) {
  const proven = useRef(onProven)
  useEffect(() => {
    proven.current = onProven
  })
  useEffect(() => {
    const channel = new BroadcastChannel(stepUpChannel)
    channel.addEventListener('message', (event: MessageEvent<unknown>) => {
      // Somebody else signed in there: this page is no longer theirs to act on.
      if (event.data === personId) proven.current()
      else globalThis.location.reload()
    })
    return () => channel.close()
  }, [personId])
  return (
    <Button
      variant="primary"
      size="lg"
      className="mt-4 w-full"
      onClick={() => window.open(paths.signInAgain(), 'switchback-step-up', 'popup,width=520,height=680')}
    >
      Sign in again at your provider
    </Button>
  )
}
