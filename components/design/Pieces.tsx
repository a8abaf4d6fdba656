'use client'
import { AgentRow } from '#components/now/AgentRow.tsx'
import { MetricChart } from '#components/charts/MetricChart.tsx'
import { DecisionStream } from '#components/rollout/DecisionStream.tsx'
import { EvidenceTable } from '#components/rollout/EvidenceTable.tsx'
import { StageRail } from '#components/rollout/StageRail.tsx'
import { Theatre } from '#components/rollout/Theatre.tsx'
import { Verdict } from '#components/rollout/Verdict.tsx'
import { Section } from '#components/ui/Card.tsx'
import {
  agents,
  begunAt,
  decisions,
  figures,
  markers,
  questions,
  series,
  stages,
  theatres,
  verdicts,
} from './fixtures.ts'
import { Sheet, Specimen } from './Specimen.tsx'

/** What screens are put together from. */
export function Pieces() {
  return (
    <Sheet title="Pieces">
      {verdicts.map((each) => (
        <Specimen key={each.verdict.word} name={`verdict ${each.verdict.word}`} wide>
          <Verdict {...each} />
        </Specimen>
      ))}
      <Specimen name="stages" wide>
        <StageRail stages={stages} startedAt={begunAt} startedBy="Mira" />
      </Specimen>
      {Object.entries(theatres).map(([name, steps]) => (
        <Specimen key={name} name={`theatre ${name}`} wide>
          <Theatre steps={steps} recoveryFrom={null} />
        </Specimen>
      ))}
      <Specimen name="chart" wide>
        <Section title="Error rate">
          <div className="h-[168px] px-2 pb-2">
            <MetricChart
              metric="error_rate"
              label="Error rate"
              limit={0.05}
              series={series}
              markers={markers}
            />
          </div>
        </Section>
      </Specimen>
      <Specimen name="reasons" wide>
        <EvidenceTable questions={questions} metrics={figures} policy={{ number: 7, document: '' }} />
      </Specimen>
      <Specimen name="decisions" wide>
        <DecisionStream decisions={decisions} suppressed={14} agent="support-agent" id="ro_design" />
      </Specimen>
      <Specimen name="rows of Now" wide>
        <ul className="overflow-hidden rounded-card border border-line bg-surface shadow-card">
          {agents.map((agent) => (
            <li key={agent.agent} className="border-line not-first:border-t">
              <AgentRow agent={agent} />
            </li>
          ))}
        </ul>
      </Specimen>
    </Sheet>
  )
}
