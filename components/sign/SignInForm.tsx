'use client'
import { type FormEvent, useState } from 'react'
import { Button } from '#components/ui/Button.tsx'
import { Field, TextInput } from '#components/ui/Field.tsx'
import { enter } from './enter.ts'
import { useHydrated } from './useHydrated.ts'

/** E-mail address and password. The same answer whichever of them does not fit. */
export function SignInForm({ next }: { next: string }) {
  const hydrated = useHydrated()
  const [pending, setPending] = useState(false)
  const [error, setError] = useState<string | null>(null)

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (pending) return
    const given = new FormData(event.currentTarget)
    setPending(true)
    setError(null)
    const refused = await enter(String(given.get('email')), String(given.get('password')), next)
    if (!refused) return
    setError(refused)
    setPending(false)
  }

  return (
    <form method="post" onSubmit={submit} className="grid gap-4">
      <Field label="E-mail">
        <TextInput name="email" type="email" autoComplete="username" required autoFocus />
      </Field>
      <Field label="Password">
        <TextInput name="password" type="password" autoComplete="current-password" required />
      </Field>
      {error && (
        <p role="alert" className="text-sm text-stop">
          {error}
        </p>
      )}
      <Button type="submit" variant="primary" size="lg" disabled={!hydrated} aria-disabled={pending}>
        {pending ? 'Signing in…' : 'Sign in'}
      </Button>
    </form>
  )
}
