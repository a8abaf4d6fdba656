'use client'
import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { PageTitle } from '#components/shell/Page.tsx'
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

function AgentGroup({ group, agents }: { group: Group; agents: readonly NowAgent[] }) {
  const id = useId()
  const shown = agents.filter((agent) => agent.group === group)
  if (shown.length === 0) return null
  return (
    <section aria-labelledby={id} className="mt-6">
      <h2 id={id} className="mb-2 text-[0.78rem] font-semibold text-ink-3">
        {titles[group]}
      </h2>
      <ul className="overflow-hidden rounded-card border border-line bg-surface shadow-card">
        {shown.map((agent) => (
          <li key={agent.agent} className="border-line not-first:border-t">
            <AgentRow agent={agent} />
          </li>
        ))}
      </ul>
    </section>
  )
}
