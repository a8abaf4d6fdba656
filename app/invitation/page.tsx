import type { Metadata } from 'next'
import { Door } from '#components/sign/Door.tsx'
import { PasswordForm } from '#components/sign/PasswordForm.tsx'
import { ButtonLink } from '#components/ui/ButtonLink.tsx'
import { paths } from '#lib/paths.ts'

// The token in the address must not travel on with a link.
export const metadata: Metadata = { title: 'Set your password', referrer: 'no-referrer' }

interface InvitationProps {
  searchParams: Promise<{ token?: string | string[] }>
}

export default async function InvitationPage({ searchParams }: InvitationProps) {
  const { token } = await searchParams
  if (typeof token !== 'string' || token === '') {
    return (
      <Door title="This link is not whole" lede="Copy all of it from where an administrator sent it.">
        <ButtonLink href={paths.signIn()} size="lg">
          Sign in instead
        </ButtonLink>
      </Door>
    )
  }
  return (
    <Door title="Set your password" lede="An administrator made this link for you. It works once.">
      <PasswordForm token={token} />
    </Door>
  )
}
