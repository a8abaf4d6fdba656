import type { Metadata } from 'next'
import { AgainAtProvider } from '#components/sign/AgainAtProvider.tsx'
import { Door } from '#components/sign/Door.tsx'
import { requireActor } from '#lib/auth.ts'
import { paths } from '#lib/paths.ts'

export const metadata: Metadata = { title: 'Sign in again' }

interface AgainProps {
  searchParams: Promise<{ done?: string | string[] }>
}

export default async function SignInAgainPage({ searchParams }: AgainProps) {
  const actor = await requireActor(paths.signInAgain())
  const { done } = await searchParams
  return (
    <Door title="Sign in again" lede="Your provider asks who you are; then this window closes.">
      <AgainAtProvider personId={actor.id} done={done !== undefined} />
    </Door>
  )
}
