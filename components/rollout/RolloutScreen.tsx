'use client'
import { useQuery } from '@tanstack/react-query'
import { ApprovalCard } from '#components/approval/ApprovalCard.tsx'
import { DeniedBanners } from '#components/switches/DeniedBanners.tsx'
import { Snippet } from '#components/ui/Snippet.tsx'
import { rolloutQuery } from '#lib/queries/rollout.ts'
import type { RolloutView } from '#lib/views/rollout.ts'
import { ActionBar } from './ActionBar.tsx'
import { DecisionStream } from './DecisionStream.tsx'
import { EvidenceTable } from './EvidenceTable.tsx'
import { MetricCards } from './MetricCards.tsx'
import { SideCards } from './SideCards.tsx'
import { StageRail } from './StageRail.tsx'
import { Theatre } from './Theatre.tsx'
import { Verdict } from './Verdict.tsx'

/** A rollout, live. Is it safe, why, what happens next, and what can I do: from top to bottom in that order. */
export function RolloutScreen({ initial }: { initial: RolloutView }) {
  const { data: view } = useQuery({ ...rolloutQuery(initial.id), initialData: initial })
  return (
    <>
      <div className="grid gap-4">
        <Verdict verdict={view.verdict} next={view.next} />
        <DeniedBanners denied={view.denied} />
        {view.waiting.map((approval) => (
          <ApprovalCard key={approval.id} approval={approval} />
        ))}
        {view.theatre && <Theatre steps={view.theatre} recoveryFrom={view.recovery?.from ?? null} />}
        <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_280px]">
          <div className="grid min-w-0 content-start gap-4">
            <StageRail stages={view.stages} startedAt={view.startedAt} startedBy={view.startedBy} />
            <MetricCards id={view.id} metrics={view.metrics} markers={view.markers} />
            <EvidenceTable questions={view.questions} metrics={view.metrics} policy={view.policy} />
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
          </div>
          <SideCards view={view} />
        </div>
      </div>
      <ActionBar view={view} />
    </>
  )
}
