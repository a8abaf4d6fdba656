import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { RolloutScreen } from '#components/rollout/RolloutScreen.tsx'
import { Page } from '#components/shell/Page.tsx'
import { requireActor } from '#lib/auth.ts'
import { paths } from '#lib/paths.ts'
import { readRollout } from '#lib/views/rollout.ts'

interface Props {
  params: Promise<{ agent: string; rollout: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { agent } = await params
  return { title: `Rollout of ${decodeURIComponent(agent)}` }
}

export default async function RolloutPage({ params }: Props) {
  const { agent, rollout } = await params
  const name = decodeURIComponent(agent)
  const actor = await requireActor(paths.rollout(name, rollout))
  const view = await readRollout(rollout, actor, new Date())
  if (!view || view.agent !== name) notFound()
  return (
    <Page
      crumbs={[
        { label: 'Agents', href: paths.agents() },
        { label: view.agent, href: paths.agent(view.agent) },
        { label: view.candidate.name, mono: true },
      ]}
    >
      <RolloutScreen initial={view} />
    </Page>
  )
}
