import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { RunsScreen } from '#components/run/RunsScreen.tsx'
import { Page } from '#components/shell/Page.tsx'
import { Ignored } from '#components/ui/Ignored.tsx'
import { type Given, readAddress } from '#lib/address/readAddress.ts'
import { readRunConditions, runsAddress } from '#lib/address/runs.ts'
import { requireActor } from '#lib/auth.ts'
import { paths, withQuery } from '#lib/paths.ts'
import { readRunChoices, readRuns } from '#lib/views/runs.ts'

interface RunsProps {
  params: Promise<{ agent: string }>
  searchParams: Promise<Given>
}

export async function generateMetadata({ params }: Pick<RunsProps, 'params'>): Promise<Metadata> {
  return { title: `Runs of ${decodeURIComponent((await params).agent)}` }
}

export default async function RunsPage({ params, searchParams }: RunsProps) {
  const name = decodeURIComponent((await params).agent)
  const given = await searchParams
  const actor = await requireActor(withQuery(paths.runs(name), given))
  const { wishes, ignored } = readAddress(runsAddress, given)
  const [view, choices] = await Promise.all([
    readRuns(name, { ...readRunConditions(given), before: null }, actor),
    readRunChoices(name, actor),
  ])
  if (!view) notFound()
  return (
    <Page
      crumbs={[
        { label: 'Agents', href: paths.agents() },
        { label: view.agent, href: paths.agent(view.agent) },
        { label: 'Runs' },
      ]}
    >
      <Ignored words={ignored} />
      <RunsScreen wishes={wishes} choices={choices} initial={view} />
    </Page>
  )
}
