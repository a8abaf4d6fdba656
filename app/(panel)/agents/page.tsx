import type { Metadata } from 'next'
import { AgentsScreen } from '#components/agent/AgentsScreen.tsx'
import { Page } from '#components/shell/Page.tsx'
import { requireActor } from '#lib/auth.ts'
import { may } from '#lib/domain/actor.ts'
import { paths } from '#lib/paths.ts'
import { readAgents } from '#lib/views/agents.ts'

export const metadata: Metadata = { title: 'Agents' }

export default async function AgentsPage() {
  const actor = await requireActor(paths.agents())
  const view = await readAgents(actor)
  return (
    <Page crumbs={[{ label: 'Agents' }]}>
      <AgentsScreen initial={view} mayStart={may(actor, 'rollout.start')} />
    </Page>
  )
}
