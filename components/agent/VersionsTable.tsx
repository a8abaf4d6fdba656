import { Lock, ShieldCheck } from 'lucide-react'
import Link from 'next/link'
import { RelativeTime } from '#components/time/RelativeTime.tsx'
import { Section } from '#components/ui/Card.tsx'
import { EmptyState } from '#components/ui/EmptyState.tsx'
import { Digest } from '#components/ui/Mono.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { Table, Td, Th } from '#components/ui/Table.tsx'
import { paths } from '#lib/paths.ts'
import type { VersionLine } from '#lib/views/agent.ts'

export function VersionsTable({ versions }: { versions: readonly VersionLine[] }) {
  return (
    <Section title="Versions" aside={versions.length > 0 && `${versions.length}, newest first`}>
      {versions.length === 0 ? (
        <EmptyState title="No version yet">Register one from your pipeline.</EmptyState>
      ) : (
        <Table caption="Versions">
          <thead>
            <tr>
              <Th>Version</Th>
              <Th>State</Th>
              <Th>Digest</Th>
              <Th>Registered</Th>
            </tr>
          </thead>
          <tbody>
            {versions.map((version) => (
              <tr key={version.name}>
                <Td className="mono font-semibold whitespace-nowrap">{version.name}</Td>
                <Td>
                  <VersionState version={version} />
                </Td>
                <Td>
                  <Digest of={version.digest} />
                </Td>
                <Td className="text-ink-2">
                  <RelativeTime at={version.createdAt} />{' '}
                  <span className="text-ink-3">by {version.createdBy}</span>
                </Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  )
}

function VersionState({ version }: { version: VersionLine }) {
  const { lock, isStable, attestedAt, attestedBy } = version
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
      {isStable && <StateChip tone="neutral">stable</StateChip>}
      {lock && (
        <StateChip tone="stop" icon={Lock}>
          locked
        </StateChip>
      )}
      {lock && (
        <span className="text-xs text-ink-2">
          <code className="mono">{lock.reason}</code>,{' '}
          {lock.incidentId ? (
            <Link href={paths.incident(lock.incidentId)} className="rounded underline">
              incident
            </Link>
          ) : (
            <>by {lock.by}</>
          )}
        </span>
      )}
      {attestedAt && !lock && (
        <StateChip tone="allow" icon={ShieldCheck}>
          attested
        </StateChip>
      )}
      {attestedAt && !lock && (
        <span className="text-xs text-ink-3">
          by {attestedBy}, <RelativeTime at={attestedAt} />
        </span>
      )}
      {!attestedAt && !lock && <StateChip tone="neutral">registered</StateChip>}
    </span>
  )
}
