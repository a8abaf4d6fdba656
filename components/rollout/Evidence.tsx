'use client'
import { UncountedList } from '#components/agent/UncountedList.tsx'
import { Section } from '#components/ui/Card.tsx'
import { Snippet } from '#components/ui/Snippet.tsx'
import type { RolloutView } from '#lib/views/rollout.ts'
import { DecisionStream } from './DecisionStream.tsx'
import { EvidenceTable } from './EvidenceTable.tsx'

/** What the verdict rests on: each question, each decision, and the policy. Loaded after the verdict. */
export function Evidence({ view }: { view: RolloutView }) {
  return (
    <>
      <EvidenceTable questions={view.questions} metrics={view.metrics} policy={view.policy} />
      {view.uncounted.length > 0 && (
        <Section title="Not counted" aside="runs that may have been the candidate’s">
          <div className="px-4 pt-1 pb-4">
            <UncountedList uncounted={view.uncounted} />
          </div>
        </Section>
      )}
      <DecisionStream
        decisions={view.decisions}
        suppressed={view.suppressed}
        agent={view.agent}
        id={view.id}
      />
      <details className="rounded-card border border-line bg-surface shadow-card">
        <summary className="cursor-pointer rounded-card px-4 py-2.5 text-sm font-semibold">
          Policy, version {view.policy.number}
        </summary>
        <div className="px-4 pb-4">
          <Snippet label="Policy" text={view.policy.document} />
        </div>
      </details>
    </>
  )
}
