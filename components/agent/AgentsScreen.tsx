'use client'
import { useQuery } from '@tanstack/react-query'
import { Bot, Lock, Rocket } from 'lucide-react'
import Link from 'next/link'
import { PageTitle } from '#components/shell/Page.tsx'
import { RelativeTime } from '#components/time/RelativeTime.tsx'
import { ButtonLink } from '#components/ui/ButtonLink.tsx'
import { Card } from '#components/ui/Card.tsx'
import { EmptyState } from '#components/ui/EmptyState.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { Table, Td, Th } from '#components/ui/Table.tsx'
import { useNarrowed } from '#components/ui/useNarrowed.tsx'
import { paths } from '#lib/paths.ts'
import { agentsQuery } from '#lib/queries/agents.ts'
import type { AgentLine, AgentsView } from '#lib/views/agents.ts'
import { PhaseChip } from './PhaseChip.tsx'

export function AgentsScreen({ initial, mayStart }: { initial: AgentsView; mayStart: boolean }) {
  const { data } = useQuery({ ...agentsQuery(), initialData: initial })
  const { agents } = data
  const { shown, field, end } = useNarrowed(agents, {
    nameOf: ({ agent, displayName }) => `${agent} ${displayName}`,
    what: 'agents',
    atFirst: 50,
  })
  return (
    <>
      <PageTitle
        title="Agents"
        lede={lede(agents.length)}
        aside={
          mayStart &&
          agents.length > 0 && (
            <ButtonLink href={paths.newRollout()} variant="primary">
              <Rocket aria-hidden />
              Start a rollout
            </ButtonLink>
          )
        }
      />
      {field}
      <Card>
        {agents.length === 0 ? (
          <EmptyState icon={Bot} title="No agent yet">
            <Link href={paths.settings.connect()} className="underline">
              Connect one
            </Link>
            , by hand or from your pipeline.
          </EmptyState>
        ) : (
          <>
            {shown.length > 0 && <AgentsTable agents={shown} />}
            {end}
          </>
        )}
      </Card>
    </>
  )
}

function lede(agents: number): string {
  if (agents === 0) return 'No agent is under guard yet.'
  return agents === 1 ? 'One agent is under guard.' : `${agents} agents are under guard.`
}

function AgentsTable({ agents }: { agents: readonly AgentLine[] }) {
  return (
    <Table caption="Agents">
      <thead>
        <tr>
          <Th>Agent</Th>
          <Th>Stable</Th>
          <Th>Newest rollout</Th>
          <Th right className="max-sm:hidden">
            Versions
          </Th>
          <Th right className="max-sm:hidden">
            Rollouts
          </Th>
        </tr>
      </thead>
      <tbody>
        {agents.map((line) => (
          <tr key={line.agent} className="hover:transition-colors hover:bg-sunken">
            <Td>
              <Link
                data-row=""
                href={paths.agent(line.agent)}
                className="scroll-mt-16 scroll-mb-24 rounded font-semibold whitespace-nowrap hover:underline"
              >
                {line.agent}
              </Link>
              {line.displayName !== line.agent && (
                <div className="text-xs text-ink-3">{line.displayName}</div>
              )}
            </Td>
            <Td className="mono whitespace-nowrap">
              {line.stableVersion ?? <span className="text-ink-3">none yet</span>}
            </Td>
            <Td>
              <NewestRollout line={line} />
            </Td>
            <Td right className="max-sm:hidden">
              <span className="inline-flex items-center gap-2">
                {line.lockedVersions > 0 && (
                  <StateChip tone="stop" icon={Lock}>
                    {line.lockedVersions} locked
                  </StateChip>
                )}
                {line.versions}
              </span>
            </Td>
            <Td right className="max-sm:hidden">
              {line.rollouts}
            </Td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}

function NewestRollout({ line: { agent, newest } }: { line: AgentLine }) {
  if (!newest) return <span className="text-ink-3">none yet</span>
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1 whitespace-nowrap">
      <PhaseChip phase={newest.phase} />
      <Link href={paths.rollout(agent, newest.rolloutId)} className="mono rounded hover:underline">
        {newest.candidate}
      </Link>
      <RelativeTime at={newest.startedAt} className="text-xs text-ink-3" />
    </span>
  )
}
