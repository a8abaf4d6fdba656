import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { RunScreen } from '#components/run/RunScreen.tsx'
import { Page } from '#components/shell/Page.tsx'
import { requireActor } from '#lib/auth.ts'
import { paths } from '#lib/paths.ts'
import { readRun } from '#lib/views/run.ts'

interface RunProps {
  params: Promise<{ run: string }>
}

export async function generateMetadata({ params }: RunProps): Promise<Metadata> {
  return { title: `Run ${(await params).run.slice(0, 8)}` }
}

export default async function RunPage({ params }: RunProps) {
  const { run } = await params
  const actor = await requireActor(paths.run(run))
  const view = await readRun(run, actor)
  if (!view) notFound()
  return (
    <Page
      crumbs={[
        { label: 'Agents', href: paths.agents() },
        { label: view.agent, href: paths.agent(view.agent) },
        { label: 'Runs', href: paths.runs(view.agent) },
        { label: view.traceId.slice(0, 8), mono: true },
      ]}
    >
      <RunScreen initial={view} />
    </Page>
  )
}
