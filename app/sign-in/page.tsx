import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { Door } from '#components/sign/Door.tsx'
import { safeNext } from '#components/sign/safeNext.ts'
import { SignInForm } from '#components/sign/SignInForm.tsx'
import { refusalWords } from '#components/sign/refusalWords.ts'
import { findActor } from '#lib/auth.ts'
import { oidcName } from '#lib/auth/oidc.ts'

export const metadata: Metadata = { title: 'Sign in' }

interface SignInProps {
  searchParams: Promise<{
    next?: string | string[]
    callbackUrl?: string | string[]
    error?: string | string[]
  }>
}

export default async function SignInPage({ searchParams }: SignInProps) {
  const { next, callbackUrl, error } = await searchParams
  const target = safeNext(next ?? callbackUrl)
  if (await findActor()) redirect(target)
  return (
    <Door title="Sign in">
      <SignInForm next={target} provider={oidcName()} refused={refusalWords(error)} />
    </Door>
  )
}
