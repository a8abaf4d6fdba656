'use client'
import { useQuery } from '@tanstack/react-query'
import { Suspense } from 'react'
import { WaitingApprovals } from '#components/approval/WaitingApprovals.tsx'
import { DeniedBanners } from '#components/switches/DeniedBanners.tsx'
import { Later } from '#components/ui/Later.tsx'
import { latePart } from '#components/ui/latePart.tsx'
import { NotLoaded } from '#components/ui/NotLoaded.tsx'
import { rolloutQuery } from '#lib/queries/rollout.ts'
import type { RolloutView } from '#lib/views/rollout.ts'
import { ActionBar } from './ActionBar.tsx'
import { MetricCards } from './MetricCards.tsx'
import { StageRail } from './StageRail.tsx'
import type { TheatreProps } from './Theatre.tsx'
import { Verdict } from './Verdict.tsx'

// Nothing in them can be pressed: they may stand there before their scripts do.
// Drawn from the beginning, with nothing in it, so that it waits for no scripts when a stop comes.
const Theatre = latePart<TheatreProps>(
  async () => (await import('./Theatre.tsx')).Theatre,
  ({ steps }) => steps && <NotLoaded />,
)
const SideCards = latePart(async () => (await import('./SideCards.tsx')).SideCards)
const Evidence = latePart(async () => (await import('./Evidence.tsx')).Evidence)

/** A rollout, live. Is it safe, why, what happens next, and what can I do: from top to bottom in that order. */
export function RolloutScreen({ initial }: { initial: RolloutView }) {
  const { data: view } = useQuery({ ...rolloutQuery(initial.id), initialData: initial })
  return (
    <>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <Verdict verdict={view.verdict} next={view.next} flip={view.flip} />
        <DeniedBanners denied={view.denied} />
        <WaitingApprovals waiting={view.waiting} />
        <Suspense>
          <Theatre steps={view.theatre} recoveryFrom={view.recovery?.from ?? null} />
        </Suspense>
        <div className="grid grid-cols-[minmax(0,1fr)] gap-4 lg:grid-cols-[minmax(0,1fr)_280px]">
          <div className="grid min-w-0 content-start gap-4">
            <StageRail stages={view.stages} startedAt={view.startedAt} startedBy={view.startedBy} />
            <MetricCards id={view.id} metrics={view.metrics} markers={view.markers} />
            <Later place="h-96">
              <Evidence view={view} />
            </Later>
          </div>
          <Suspense fallback={<div />}>
            <SideCards view={view} />
          </Suspense>
        </div>
      </div>
      <ActionBar view={view} />
    </>
  )
}
