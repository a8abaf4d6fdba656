'use client'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useId, useState } from 'react'
import { PageTitle } from '#components/shell/Page.tsx'
import { Card } from '#components/ui/Card.tsx'
import type { LongListProps } from '#components/ui/LongList.tsx'
import { onDemand } from '#components/ui/onDemand.tsx'
import { ShowAll } from '#components/ui/ShowAll.tsx'
import { whenIdle } from '#components/ui/whenIdle.ts'
import { nowQuery } from '#lib/queries/now.ts'
import type { NowView } from '#lib/views/now.ts'
import type { NowAgent } from '#lib/views/nowAgent.ts'
import type { Group } from '#lib/views/nowState.ts'
import { AgentRow } from './AgentRow.tsx'
import { FirstUse } from './FirstUse.tsx'
import { headline, lede } from './headline.ts'

// Windowing is a third of this page's own scripts, and only wanted once somebody asks for all of many agents.
const [AllAgents, prepareAll] = onDemand<LongListProps<NowAgent>>(
  async () => (await import('#components/ui/LongList.tsx')).LongList,
  PlainList,
  PlainList,
)

const titles: Record<Group, string> = { attention: 'Needs attention', moving: 'Moving', steady: 'Steady' }

/** Is something on fire? One row per agent, worst first. */
export function NowScreen({ initial }: { initial: NowView }) {
  const { data } = useQuery({ ...nowQuery(), initialData: initial })
  if (data.agents.length === 0) return <FirstUse publicUrl={data.publicUrl} />
  return (
    <>
      <PageTitle live title={headline(data.agents)} lede={lede(data.agents, data.openIncidents)} />
      <AgentGroup group="attention" agents={data.agents} />
      <AgentGroup group="moving" agents={data.agents} />
      <AgentGroup group="steady" agents={data.agents} />
    </>
  )
}

/** How many rows of a group are there at first: few enough to be there at once, and fewer where nothing is to be done. */
const shownAtFirst: Record<Group, number> = { attention: 25, moving: 15, steady: 6 }

function AgentGroup({ group, agents }: { group: Group; agents: readonly NowAgent[] }) {
  const id = useId()
  const [all, setAll] = useState(false)
  const members = agents.filter((agent) => agent.group === group)
  const isMany = members.length > shownAtFirst[group]
  useEffect(() => (isMany ? whenIdle(prepareAll) : undefined), [isMany])
  if (members.length === 0) return null
  const isCut = !all && isMany
  const rows = {
    label: titles[group],
    items: isCut ? members.slice(0, shownAtFirst[group]) : members,
    keyOf: ({ agent }: NowAgent) => agent,
    rowHeight: 73,
    row: (agent: NowAgent) => <AgentRow agent={agent} />,
  }
  return (
    <section aria-labelledby={id} className="mt-6">
      <h2 id={id} className="mb-2 text-[0.78rem] font-semibold text-ink-3">
        {titles[group]}
        {members.length > 1 && <span className="font-normal tabular-nums"> {members.length}</span>}
      </h2>
      <Card className="overflow-hidden">
        {all ? <AllAgents {...rows} /> : <PlainList {...rows} />}
        {isCut && (
          <ShowAll of={members.length} what={`agents: ${titles[group]}`} onShow={() => setAll(true)} />
        )}
      </Card>
    </section>
  )
}

/** Every row at once: for few, and where the scripts for many are on their way or do not come. */
function PlainList({ label, items, keyOf, row }: LongListProps<NowAgent>) {
  return (
    <ol aria-label={label}>
      {items.map((agent) => (
        <li key={keyOf(agent)} className="border-line not-first:border-t">
          {row(agent)}
        </li>
      ))}
    </ol>
  )
}
