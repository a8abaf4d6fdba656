import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { InstancesScreen } from '#components/instance/InstancesScreen.tsx'
import { Page } from '#components/shell/Page.tsx'
import { requireActor } from '#lib/auth.ts'
import { paths } from '#lib/paths.ts'
import { readInstancesPage } from '#lib/views/instances.ts'

interface Props {
  params: Promise<{ agent: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Instances of ${decodeURIComponent((await params).agent)}` }
}

export default async function InstancesPage({ params }: Props) {
  const name = decodeURIComponent((await params).agent)
  const actor = await requireActor(paths.instances(name))
  const view = await readInstancesPage(name, actor, new Date())
  if (!view) notFound()
  return (
    <Page
      crumbs={[
        { label: 'Agents', href: paths.agents() },
        { label: view.agent, href: paths.agent(view.agent) },
        { label: 'Instances' },
      ]}
    >
      <InstancesScreen initial={view} />
    </Page>
  )
}
