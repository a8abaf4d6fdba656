import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { ReadinessScreen } from '#components/readiness/ReadinessScreen.tsx'
import { Page } from '#components/shell/Page.tsx'
import { requireActor } from '#lib/auth.ts'
import { paths } from '#lib/paths.ts'
import { readReadiness } from '#lib/views/readiness.ts'

interface Props {
  params: Promise<{ agent: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Readiness of ${decodeURIComponent((await params).agent)}` }
}

export default async function ReadinessPage({ params }: Props) {
  const name = decodeURIComponent((await params).agent)
  const actor = await requireActor(paths.readiness(name))
  const view = await readReadiness(name, actor, new Date())
  if (!view) notFound()
  return (
    <Page
      crumbs={[
        { label: 'Agents', href: paths.agents() },
        { label: view.agent, href: paths.agent(view.agent) },
        { label: 'Readiness' },
      ]}
    >
      <ReadinessScreen initial={view} />
    </Page>
  )
}
