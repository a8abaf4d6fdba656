import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { RolloutScreen } from '#components/rollout/RolloutScreen.tsx'
import { Page } from '#components/shell/Page.tsx'
import { Ignored } from '#components/ui/Ignored.tsx'
import { type Given, readAddress } from '#lib/address/readAddress.ts'
import { rolloutAddress } from '#lib/address/rollout.ts'
import { requireActor } from '#lib/auth.ts'
import { paths, withQuery } from '#lib/paths.ts'
import { readRollout } from '#lib/views/rollout.ts'

interface Props {
  params: Promise<{ agent: string; rollout: string }>
  searchParams: Promise<Given>
}

export async function generateMetadata({ params }: Pick<Props, 'params'>): Promise<Metadata> {
  const { agent } = await params
  return { title: `Rollout of ${decodeURIComponent(agent)}` }
}

export default async function RolloutPage({ params, searchParams }: Props) {
  const { agent, rollout } = await params
  const given = await searchParams
  const name = decodeURIComponent(agent)
  const actor = await requireActor(withQuery(paths.rollout(name, rollout), given))
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
      <Ignored words={readAddress(rolloutAddress, given).ignored} />
      <RolloutScreen initial={view} />
    </Page>
  )
}
