'use client'
import { type FormEvent, useState } from 'react'
import { Button } from '#components/ui/Button.tsx'
import { Field, TextInput } from '#components/ui/Field.tsx'
import { RefusalText } from '#components/ui/RefusalText.tsx'
import { useAct } from '#components/ui/useAct.ts'
import { createFirstAdministrator } from '#lib/actions/people.ts'
import { paths } from '#lib/paths.ts'
import { enter } from './enter.ts'
import { useHydrated } from '#components/ui/useHydrated.ts'

const passwordMin = 12

/** Makes the first administrator, signs them in and goes to where the first agent is connected. */
export function WelcomeForm({ token }: { token: string }) {
  const hydrated = useHydrated()
  const [notEntered, setNotEntered] = useState<string | null>(null)
  const { pending, refusal, run } = useAct(createFirstAdministrator)
  const errorAt = (path: string) => {
    const found = refusal?.errors?.find((error) => error.path === path)
    return found && `Expected ${found.expected}`
  }
  const errors = { name: errorAt('name'), email: errorAt('email'), password: errorAt('password') }
  const elsewhere = refusal && !Object.values(errors).some(Boolean) ? refusal : null

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    const [name, email, password] = [
      String(given.get('name')),
      String(given.get('email')),
      String(given.get('password')),
    ]
    if (!(await run({ token, name, email, password }))) return
    setNotEntered(await enter(email, password, paths.settings.connect()))
  }

  return (
    <form method="post" onSubmit={submit} className="grid gap-4">
      <Field label="Name" error={errors.name}>
        <TextInput name="name" autoComplete="name" required autoFocus />
      </Field>
      <Field label="E-mail" error={errors.email}>
        <TextInput name="email" type="email" autoComplete="username" required />
      </Field>
      <Field label="Password" hint={`At least ${passwordMin} characters`} error={errors.password}>
        <TextInput
          name="password"
          type="password"
          autoComplete="new-password"
          minLength={passwordMin}
          required
        />
      </Field>
      <RefusalText refusal={elsewhere} />
      {notEntered && (
        <p role="alert" className="text-sm text-stop">
          The administrator is there; {notEntered}{' '}
          <a href={paths.signIn()} className="underline">
            Sign in
          </a>
        </p>
      )}
      <Button type="submit" variant="primary" size="lg" disabled={!hydrated} aria-disabled={pending}>
        {pending ? 'Making the administrator…' : 'Make the first administrator'}
      </Button>
    </form>
  )
}
