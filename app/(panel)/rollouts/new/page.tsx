import type { Metadata } from 'next'
import { Page } from '#components/shell/Page.tsx'
import { StartScreen } from '#components/start/StartScreen.tsx'
import { requireActor } from '#lib/auth.ts'
import { paths } from '#lib/paths.ts'
import { readStart } from '#lib/views/start.ts'

export const metadata: Metadata = { title: 'Start a rollout' }

interface NewRolloutProps {
  searchParams: Promise<{ agent?: string | string[] }>
}

export default async function NewRolloutPage({ searchParams }: NewRolloutProps) {
  const { agent } = await searchParams
  const chosen = typeof agent === 'string' ? agent : null
  const actor = await requireActor(paths.newRollout(chosen ?? undefined))
  const view = await readStart(actor)
  return (
    <Page crumbs={[{ label: 'Agents', href: paths.agents() }, { label: 'Start a rollout' }]}>
      <StartScreen view={view} chosen={view.agents.some((each) => each.agent === chosen) ? chosen : null} />
    </Page>
  )
}
