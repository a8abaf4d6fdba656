import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { AgentScreen } from '#components/agent/AgentScreen.tsx'
import { Page } from '#components/shell/Page.tsx'
import { requireActor } from '#lib/auth.ts'
import { may } from '#lib/domain/actor.ts'
import { paths } from '#lib/paths.ts'
import { readAgent } from '#lib/views/agent.ts'

interface AgentProps {
  params: Promise<{ agent: string }>
}

export async function generateMetadata({ params }: AgentProps): Promise<Metadata> {
  return { title: decodeURIComponent((await params).agent) }
}

export default async function AgentPage({ params }: AgentProps) {
  const name = decodeURIComponent((await params).agent)
  const actor = await requireActor(paths.agent(name))
  const view = may(actor, 'view', name) ? await readAgent(name, actor, new Date()) : null
  if (!view) notFound()
  return (
    <Page crumbs={[{ label: 'Agents', href: paths.agents() }, { label: view.agent }]}>
      <AgentScreen initial={view} canReadAudit={may(actor, 'audit.read', name)} />
    </Page>
  )
}
