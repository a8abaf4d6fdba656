'use client'
import { signIn } from 'next-auth/react'

/** Signs in and goes there; what to tell the person when it did not work. */
export async function enter(email: string, password: string, next: string): Promise<string | null> {
  const answer = await signIn('credentials', { email, password, redirect: false }).catch(() => null)
  if (!answer) return 'Switchback did not answer. Try again.'
  const minutes = /^too_often:(\d+)$/.exec(answer.error ?? '')?.[1]
  if (minutes) return `Too many tries. Try again in ${minutes} min.`
  if (!answer.ok) {
    return answer.status === 401 || answer.error === 'CredentialsSignin'
      ? 'This address and this password do not fit.'
      : 'Signing in did not work. Try again.'
  }
  // A whole new page: what was read for nobody is not what this person sees.
  globalThis.location.assign(next)
  return null
}

/** Goes to the provider and comes back to `next`. `again`: it has to ask who this is, though it knows. */
export async function enterByProvider(next: string, again = false): Promise<void> {
  await signIn('oidc', { callbackUrl: next }, again ? { prompt: 'login' } : {})
}
