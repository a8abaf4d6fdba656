import { Section } from '#components/ui/Card.tsx'
import { Mono } from '#components/ui/Mono.tsx'
import { Table, Td, Th } from '#components/ui/Table.tsx'
import type { IncidentView } from '#lib/views/incident.ts'

/** What the candidate has other than the stable. */
export function ManifestChanges({
  changes,
  from,
  to,
}: Pick<IncidentView, 'changes'> & { from: string; to: string }) {
  return (
    <Section title="What was changed" aside={`${changes.length} of the manifest`}>
      {changes.length === 0 ? (
        <p className="px-4 pt-1 pb-4 text-ink-2">The two manifests do not differ.</p>
      ) : (
        <Table caption="The difference of the two manifests">
          <thead>
            <tr>
              <Th>Part</Th>
              <Th>{from}</Th>
              <Th>{to}</Th>
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => (
              <tr key={change.path} className="align-top">
                <Td className="whitespace-nowrap">
                  <Mono>{change.path}</Mono>
                </Td>
                <Td>
                  <Value of={change.before} absent="not there" />
                </Td>
                <Td>
                  <Value of={change.after} absent="removed" />
                </Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  )
}

function Value({ of, absent }: { of: string | null; absent: string }) {
  if (of === null) return <span className="text-ink-3">{absent}</span>
  return <pre className="max-h-40 max-w-[36ch] overflow-auto font-mono text-xs whitespace-pre-wrap">{of}</pre>
}
