import { clsx } from 'clsx'
import { Elapsed, RelativeTime } from '#components/time/RelativeTime.tsx'
import { spanWords } from '#components/time/words.ts'
import { Section } from '#components/ui/Card.tsx'
import type { RolloutView } from '#lib/views/rollout.ts'

type StageView = RolloutView['stages'][number]

const bars = {
  passed: 'bg-candidate',
  current: 'bg-candidate',
  stopped: 'bg-stop',
  ahead: 'bg-line-2',
} as const

/** The stages in their order: passed, the one it is in, and what is ahead. */
export function StageRail({
  stages,
  startedAt,
  startedBy,
}: Pick<RolloutView, 'stages' | 'startedAt' | 'startedBy'>) {
  return (
    <Section
      title="Stages"
      aside={
        <>
          started <RelativeTime at={startedAt} /> by {startedBy}
        </>
      }
    >
      <ol className="grid auto-cols-fr grid-flow-col gap-2 px-4 pt-2.5 pb-4">
        {stages.map((stage) => (
          <li
            key={stage.name}
            aria-current={stage.state === 'current' ? 'step' : undefined}
            className="min-w-0"
          >
            <span aria-hidden className={clsx('solid block h-[3px] rounded-full', bars[stage.state])} />
            <span
              className={clsx(
                'mt-1.5 block truncate font-semibold tabular-nums',
                stage.state === 'stopped' && 'text-stop',
                stage.state === 'ahead' && 'text-ink-3',
              )}
            >
              <span className="hidden sm:inline">{stage.name} </span>
              {stage.weightPercent} %
            </span>
            <span className="block text-xs text-ink-3">{noteOf(stage)}</span>
          </li>
        ))}
      </ol>
    </Section>
  )
}

function noteOf(stage: StageView) {
  const lasts = stage.holdSeconds > 0 ? spanWords(stage.holdSeconds * 1000) : null
  switch (stage.state) {
    case 'passed':
      return 'passed'
    case 'stopped':
      return 'stopped here'
    case 'current':
      if (!stage.enteredAt) return 'now'
      return (
        <>
          <Elapsed at={stage.enteredAt} />
          {lasts && ` of ${lasts}`}
        </>
      )
    case 'ahead':
      return stage.needsApproval ? 'needs approval' : (lasts ?? 'ahead')
    default:
      return stage.state satisfies never
  }
}
