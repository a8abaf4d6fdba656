'use client'
import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { PageTitle } from '#components/shell/Page.tsx'
import { Card } from '#components/ui/Card.tsx'
import { LongList } from '#components/ui/LongList.tsx'
import { ShowAll } from '#components/ui/ShowAll.tsx'
import { nowQuery } from '#lib/queries/now.ts'
import type { NowView } from '#lib/views/now.ts'
import type { NowAgent } from '#lib/views/nowAgent.ts'
import type { Group } from '#lib/views/nowState.ts'
import { AgentRow } from './AgentRow.tsx'
import { FirstUse } from './FirstUse.tsx'
import { headline, lede } from './headline.ts'

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
  if (members.length === 0) return null
  const isCut = !all && members.length > shownAtFirst[group]
  const shown = isCut ? members.slice(0, shownAtFirst[group]) : members
  return (
    <section aria-labelledby={id} className="mt-6">
      <h2 id={id} className="mb-2 text-[0.78rem] font-semibold text-ink-3">
        {titles[group]}
        {members.length > 1 && <span className="font-normal tabular-nums"> {members.length}</span>}
      </h2>
      <Card className="overflow-hidden">
        {isCut || members.length <= shownAtFirst[group] ? (
          <ul>
            {shown.map((agent) => (
              <li key={agent.agent} className="border-line not-first:border-t">
                <AgentRow agent={agent} />
              </li>
            ))}
          </ul>
        ) : (
          <LongList
            label={titles[group]}
            items={members}
            keyOf={({ agent }) => agent}
            rowHeight={73}
            row={(agent) => <AgentRow agent={agent} />}
          />
        )}
        {isCut && (
          <ShowAll of={members.length} what={`agents: ${titles[group]}`} onShow={() => setAll(true)} />
        )}
      </Card>
    </section>
  )
}
