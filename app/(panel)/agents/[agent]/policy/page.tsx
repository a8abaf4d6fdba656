import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { PolicyScreen } from '#components/policy/PolicyScreen.tsx'
import { Page } from '#components/shell/Page.tsx'
import { requireActor } from '#lib/auth.ts'
import { paths } from '#lib/paths.ts'
import { readPolicyPage } from '#lib/views/policy.ts'

interface Props {
  params: Promise<{ agent: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Policy of ${decodeURIComponent((await params).agent)}` }
}

export default async function PolicyPage({ params }: Props) {
  const name = decodeURIComponent((await params).agent)
  const actor = await requireActor(paths.policy(name))
  const view = await readPolicyPage(name, actor, new Date())
  if (!view) notFound()
  return (
    <Page
      crumbs={[
        { label: 'Agents', href: paths.agents() },
        { label: view.agent, href: paths.agent(view.agent) },
        { label: 'Policy' },
      ]}
    >
      <PolicyScreen initial={view} />
    </Page>
  )
}
