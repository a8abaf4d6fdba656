import Link from 'next/link'
import { RelativeTime } from '#components/time/RelativeTime.tsx'
import { Section } from '#components/ui/Card.tsx'
import { EmptyState } from '#components/ui/EmptyState.tsx'
import { Table, Td, Th } from '#components/ui/Table.tsx'
import { paths } from '#lib/paths.ts'
import type { RolloutLine } from '#lib/views/agent.ts'
import { PhaseChip, RecoveryChip } from './PhaseChip.tsx'

export function RolloutsTable({ agent, rollouts }: { agent: string; rollouts: readonly RolloutLine[] }) {
  return (
    <Section title="Rollouts">
      {rollouts.length === 0 ? (
        <EmptyState title="No rollout yet">A rollout takes a candidate through its stages.</EmptyState>
      ) : (
        <Table caption="Rollouts">
          <thead>
            <tr>
              <Th>Candidate</Th>
              <Th>State</Th>
              <Th right>Share</Th>
              <Th>Started</Th>
              <Th>Ended</Th>
            </tr>
          </thead>
          <tbody>
            {rollouts.map((rollout) => (
              <tr key={rollout.id} className="hover:transition-colors hover:bg-sunken">
                <Td className="whitespace-nowrap">
                  <Link href={paths.rollout(agent, rollout.id)} className="mono rounded hover:underline">
                    <span className="text-ink-3">{rollout.stable} → </span>
                    <span className="font-semibold">{rollout.candidate}</span>
                  </Link>
                </Td>
                <Td>
                  <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
                    <PhaseChip phase={rollout.phase} />
                    {rollout.recovery && <RecoveryChip recovery={rollout.recovery} />}
                    {rollout.incidentId && (
                      <Link href={paths.incident(rollout.incidentId)} className="rounded text-xs underline">
                        incident
                      </Link>
                    )}
                  </span>
                </Td>
                <Td right>{rollout.weightPercent} %</Td>
                <Td className="text-ink-2">
                  <RelativeTime at={rollout.startedAt} />{' '}
                  <span className="text-ink-3">by {rollout.startedBy}</span>
                </Td>
                <Td className="text-ink-2">
                  {rollout.endedAt ? <RelativeTime at={rollout.endedAt} /> : '—'}
                </Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  )
}
