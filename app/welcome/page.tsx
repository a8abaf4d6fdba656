import type { Metadata } from 'next'
import { Door } from '#components/sign/Door.tsx'
import { WelcomeForm } from '#components/sign/WelcomeForm.tsx'
import { ButtonLink } from '#components/ui/ButtonLink.tsx'
import { paths } from '#lib/paths.ts'

// The token in the address must not travel on with a link.
export const metadata: Metadata = { title: 'Welcome', referrer: 'no-referrer' }

interface WelcomeProps {
  searchParams: Promise<{ token?: string | string[] }>
}

export default async function WelcomePage({ searchParams }: WelcomeProps) {
  const { token } = await searchParams
  if (typeof token !== 'string' || token === '') {
    return (
      <Door
        title="This link is not whole"
        lede="The terminal that started Switchback printed it. Copy all of it."
      >
        <ButtonLink href={paths.signIn()} size="lg">
          Sign in instead
        </ButtonLink>
      </Door>
    )
  }
  return (
    <Door title="Welcome" lede="You are the first here. This link makes the first administrator, once.">
      <WelcomeForm token={token} />
    </Door>
  )
}
