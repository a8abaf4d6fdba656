'use client'
import { type FormEvent, useState } from 'react'
import { Button } from '#components/ui/Button.tsx'
import { Field, TextInput } from '#components/ui/Field.tsx'
import { enter, enterByProvider } from './enter.ts'
import { useHydrated } from '#components/ui/useHydrated.ts'

export interface SignInFormProps {
  readonly next: string
  /** The OpenID provider by which people can sign in too. */
  readonly provider: string | null
  /** Why the last try there was refused. */
  readonly refused: string | null
}

/** E-mail address and password, or a provider. The same answer whichever of address and password does not fit. */
export function SignInForm({ next, provider, refused: before }: SignInFormProps) {
  const hydrated = useHydrated()
  const [pending, setPending] = useState(false)
  const [error, setError] = useState<string | null>(before)

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
      {provider && (
        <Button size="lg" disabled={!hydrated} onClick={() => void enterByProvider(next)}>
          Sign in with {provider}
        </Button>
      )}
    </form>
  )
}
