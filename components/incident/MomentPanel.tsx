import { clsx } from 'clsx'
import { memo, useMemo } from 'react'
import { MetricCards } from '#components/rollout/MetricCards.tsx'
import { ClockTime } from '#components/time/RelativeTime.tsx'
import { Mono } from '#components/ui/Mono.tsx'
import { ToneIcon } from '#components/ui/StateChip.tsx'
import { tonePanel, toneText } from '#components/ui/tone.ts'
import type { MomentView } from '#lib/views/incidentMoment.ts'
import type { MarkView } from '#lib/views/incidentTravel.ts'

interface MomentPanelProps {
  readonly moment: MomentView
  readonly marks: readonly MarkView[]
  readonly rolloutId: string
  readonly candidate: string
  readonly stable: string
  /** Whether another moment is on its way. */
  readonly isOld: boolean
}

/** State, verdict, routing and figures as they were. Drawn again only for another moment: what is around it has a clock. */
export const MomentPanel = memo(function MomentPanel({
  moment,
  marks,
  rolloutId,
  candidate,
  stable,
  isOld,
}: MomentPanelProps) {
  const markers = useMemo(() => markersOf(moment, marks), [moment, marks])
  const { tone, word, sentence, follows } = moment.verdict
  return (
    <div
      role="group"
      aria-label="As it was"
      aria-busy={isOld}
      className={clsx('grid gap-3 transition-opacity', isOld && 'opacity-60')}
    >
      <div className={clsx('rounded-card border p-3.5', tonePanel[tone])}>
        <div className="flex gap-3">
          <ToneIcon tone={tone} className="mt-0.5 size-6" />
          <div className="min-w-0">
            <p className="leading-snug font-[590]">
              <span className={toneText[tone]}>{word}.</span> {sentence}
            </p>
            <p className="mt-1 text-sm text-ink-2">{follows}</p>
          </div>
        </div>
      </div>
      <Routing moment={moment} candidate={candidate} stable={stable} />
      <MetricCards id={rolloutId} metrics={moment.metrics} markers={markers} />
      <p className="text-xs text-ink-3">
        Figures of all runs that had come in from <ClockTime at={moment.figuresSince} /> to then.{' '}
        {moment.decision
          ? `Decision ${moment.decision.number}: ${[moment.decision.outcome, moment.decision.reason].filter(Boolean).join(', ')}.`
          : 'Nothing had been decided yet.'}
      </p>
    </div>
  )
})

const switchWords = {
  requested: 'ordered, not yet in force',
  applied: 'in force at every edge',
  verified: 'verified in the traffic',
  failed: 'ordered; not in force',
} as const

/** The ordered share of both versions. */
function Routing({
  moment: { candidatePercent, stage, switchStatus, recovery },
  candidate,
  stable,
}: Pick<MomentPanelProps, 'moment' | 'candidate' | 'stable'>) {
  return (
    <div>
      <div aria-hidden className="solid flex h-2 overflow-hidden rounded-full bg-stable/40">
        <span className="bg-candidate" style={{ width: `${candidatePercent}%` }} />
      </div>
      <p className="mt-1.5 flex flex-wrap justify-between gap-x-4 text-sm tabular-nums">
        <span>
          {candidatePercent} % to <Mono>{candidate}</Mono>, {100 - candidatePercent} % to{' '}
          <Mono>{stable}</Mono>
        </span>
        <span className="text-ink-3">
          {switchStatus ? switchWords[switchStatus] : `stage ${stage}`}
          {recovery &&
            `; recovery: ${recovery === 'verifying' ? 'being proven' : recovery.replace('_', ' ')}`}
        </span>
      </p>
    </div>
  )
}

/** What the charts mark: the coarse events, and where we stand. */
function markersOf(moment: MomentView, marks: readonly MarkView[]) {
  const drawn = marks
    .filter((mark) => mark.label === 'stop' || mark.label.includes('%'))
    .map(({ at, label, tone }) => ({
      at: Date.parse(at),
      label,
      tone: tone === 'hold' ? ('neutral' as const) : tone,
    }))
  return [...drawn, { at: Date.parse(moment.at), label: 'here', tone: 'neutral' as const }]
}
