'use client'
import { type FormEvent, useState } from 'react'
import { Button } from '#components/ui/Button.tsx'
import { Field, TextInput } from '#components/ui/Field.tsx'
import { RefusalText } from '#components/ui/RefusalText.tsx'
import { useAct } from '#components/ui/useAct.ts'
import { setPassword } from '#lib/actions/people.ts'
import { paths } from '#lib/paths.ts'
import { enter } from './enter.ts'
import { useHydrated } from '#components/ui/useHydrated.ts'

export const passwordMin = 12

/** Sets the password of whom the one-time link was made for, signs them in and goes to Now. */
export function PasswordForm({ token }: { token: string }) {
  const hydrated = useHydrated()
  const [notEntered, setNotEntered] = useState<string | null>(null)
  const { pending, refusal, run } = useAct(async (password: string) => {
    const set = await setPassword(token, password)
    if (!set.ok) return set.refusal
    setNotEntered(await enter(set.email, password, paths.now()))
    return null
  })
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    await run(String(new FormData(event.currentTarget).get('password')))
  }
  return (
    <form method="post" onSubmit={submit} className="grid gap-4">
      <Field label="New password" hint={`At least ${passwordMin} characters`}>
        <TextInput
          name="password"
          type="password"
          autoComplete="new-password"
          minLength={passwordMin}
          required
          autoFocus
        />
      </Field>
      <RefusalText refusal={refusal} />
      {notEntered && (
        <p role="alert" className="text-sm text-stop">
          Your password is set; {notEntered}{' '}
          <a href={paths.signIn()} className="underline">
            Sign in
          </a>
        </p>
      )}
      <Button type="submit" variant="primary" size="lg" disabled={!hydrated} aria-disabled={pending}>
        {pending ? 'Setting your password…' : 'Set password and sign in'}
      </Button>
    </form>
  )
}
