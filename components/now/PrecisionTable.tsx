import { Section } from '#components/ui/Card.tsx'
import { Table, Td, Th } from '#components/ui/Table.tsx'
import { precisionReviewsMin } from '#lib/domain/review.ts'
import type { IncidentsView } from '#lib/views/incidents.ts'

/** How often a stop was needed, as the reviews say: what a policy is worth. */
export function PrecisionTable({ rows }: { rows: IncidentsView['precision'] }) {
  return (
    <Section title="Were the stops right?" aside="by what the reviews say" className="mt-6">
      <Table caption="How often a stop was needed, by reason and policy">
        <thead>
          <tr>
            <Th>Agent</Th>
            <Th>Reason</Th>
            <Th right>Policy</Th>
            <Th right>Right</Th>
            <Th right>Late</Th>
            <Th right>Wrong</Th>
            <Th right>Needed</Th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.agent} ${row.reason} ${row.policyNumber}`}>
              <Td>{row.agent}</Td>
              <Td>
                <code className="mono">{row.reason}</code>
              </Td>
              <Td right>{row.policyNumber}</Td>
              <Td right>{row.right}</Td>
              <Td right>{row.late}</Td>
              <Td right>{row.wrong}</Td>
              <Td right>
                {row.share === null
                  ? `fewer than ${precisionReviewsMin} reviews`
                  : `${Math.round(row.share * 100)} %`}
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Section>
  )
}
