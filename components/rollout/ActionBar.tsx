'use client'
import { clsx } from 'clsx'
import { FastForward, Pause, Play, Siren, Undo2 } from 'lucide-react'
import { AskButton, whyNotAsk } from '#components/approval/AskButton.tsx'
import { EngageButton } from '#components/switches/EngageButton.tsx'
import { ActButton } from '#components/ui/ActButton.tsx'
import { ButtonLink } from '#components/ui/ButtonLink.tsx'
import { useEmergency } from '#components/ui/useEmergency.ts'
import { promote, resume } from '#lib/actions/rollout.ts'
import { paths } from '#lib/paths.ts'
import type { RolloutView } from '#lib/views/rollout.ts'

/** The look of what stands beside the roll back: on a phone a third of the bar each. */
const beside = {
  variant: 'outline',
  size: 'lg',
  whySide: 'hidden',
  className: clsx(
    'max-sm:[&_button]:h-14 max-sm:[&_button]:flex-col max-sm:[&_button]:gap-0.5 max-sm:[&_button]:px-1',
    'max-sm:[&_button]:leading-4 max-sm:[&_button]:text-xs max-sm:[&_button]:text-balance max-sm:[&_button]:whitespace-normal',
  ),
} as const

/** What can be done, always in reach of a thumb. */
export function ActionBar({ view }: { view: RolloutView }) {
  const { whyNot } = view
  const isOver = view.phase === 'rolled_back'
  return (
    <div
      role="region"
      aria-label="Actions"
      className="fixed inset-x-0 bottom-0 z-10 border-t border-line bg-bg/95 px-4 pt-3 pb-[max(12px,env(safe-area-inset-bottom))] backdrop-blur-sm md:left-[208px] md:px-7"
    >
      <div className="flex max-w-[1184px] flex-wrap gap-2 sm:items-start sm:gap-2.5 max-sm:[&>:first-child]:basis-full max-sm:[&>:not(:first-child)]:flex-1">
        {isOver && view.incidentId ? (
          <ButtonLink variant="primary" size="lg" href={paths.incident(view.incidentId)}>
            <Siren aria-hidden />
            Open the incident
          </ButtonLink>
        ) : (
          <RollBack view={view} />
        )}
        {view.phase === 'progressing' && <PauseHere view={view} />}
        {view.phase === 'paused' && (
          <ActButton
            {...beside}
            label="Resume"
            icon={Play}
            whyNot={whyNot.resume}
            act={(reason) => resume(view.id, reason)}
            done="Resumed"
          />
        )}
        <Promote view={view} />
        <StopWrites view={view} />
      </div>
      <WhyNot view={view} />
    </div>
  )
}

/** Why what cannot be pressed cannot: each reason once. */
function WhyNot({ view }: { view: RolloutView }) {
  const isLive = view.phase === 'progressing' || view.phase === 'paused'
  const acts = [
    view.phase !== 'rolled_back' && { name: 'Roll back', why: whyNotRollBack(view) },
    view.phase === 'progressing' && { name: 'Pause', why: view.whyNot.pause },
    view.phase === 'paused' && { name: 'Resume', why: view.whyNot.resume },
    isLive && view.promoteTo !== null && { name: 'Promote', why: whyNotPromote(view) },
    !writesDenied(view) && { name: 'Stop writes', why: view.whyNot.stopWrites },
  ].filter((act) => act !== false)
  const named = new Map<string, string[]>()
  for (const { name, why } of acts) if (why !== null) named.set(why, [...(named.get(why) ?? []), name])
  if (named.size === 0) return null
  return (
    <ul className="mt-2 max-w-[1184px] text-xs text-ink-3 sm:text-sm" aria-hidden>
      {[...named].map(([why, names]) => (
        <li key={why}>{names.length === acts.length ? why : `${names.join(', ')}: ${why}`}</li>
      ))}
    </ul>
  )
}

function whyNotRollBack({ whyNot, takesSecondPerson, waiting }: RolloutView): string | null {
  if (!takesSecondPerson.rollBack) return whyNot.rollBack
  return whyNotAsk({
    whyNot: whyNot.rollBack,
    alone: takesSecondPerson.alone,
    waits: waiting.some((each) => each.kind === 'rollback'),
    breakGlass: takesSecondPerson.mayBreakGlass ? breakGlass : undefined,
  })
}

function whyNotPromote({ whyNot, takesSecondPerson, waiting }: RolloutView): string | null {
  if (!takesSecondPerson.promote) return whyNot.promote
  const waits = waiting.some((each) => each.kind === 'promote')
  return whyNotAsk({ whyNot: whyNot.promote, alone: takesSecondPerson.alone, waits })
}

const writesDenied = ({ denied }: RolloutView) =>
  denied.some(({ name }) => name === 'writes' || name === 'agent')

const breakGlass = 'Break the glass: roll back now'

/** One press and one confirmation; only where the policy sees nothing wrong it takes a second person, or the glass. */
function RollBack({ view }: { view: RolloutView }) {
  const { stable, candidate, whyNot, takesSecondPerson, waiting } = view
  const rollBack = useEmergency(paths.emergency(view.id, 'rollback'))
  const label = `Roll back to ${stable.name}`
  const look = { icon: Undo2, variant: 'danger', size: 'lg', whySide: 'hidden' } as const
  if (takesSecondPerson.rollBack)
    return (
      <AskButton
        {...look}
        label={label}
        whyNot={whyNot.rollBack}
        kind="rollback"
        input={{ rolloutId: view.id }}
        title={label}
        before={`${candidate.name} gets ${view.orderedPercent} % of traffic; the policy sees nothing wrong`}
        after={`${stable.name} gets all traffic; ${candidate.name} is locked`}
        alone={takesSecondPerson.alone}
        waits={waiting.some((each) => each.kind === 'rollback')}
        breakGlass={takesSecondPerson.mayBreakGlass ? breakGlass : undefined}
      />
    )
  return (
    <ActButton
      {...look}
      label={label}
      whyNot={whyNot.rollBack}
      act={(reason) => rollBack(reason === null ? {} : { reason })}
      done={`Ordered: all traffic to ${stable.name}`}
      confirm={{
        title: `Roll back to ${stable.name}?`,
        effect: effectOf(view),
        reason: { label: 'Why', required: false },
      }}
    />
  )
}

function PauseHere({ view }: { view: RolloutView }) {
  const pause = useEmergency(paths.emergency(view.id, 'pause'))
  return (
    <ActButton
      {...beside}
      label={`Pause at ${view.orderedPercent} %`}
      icon={Pause}
      whyNot={view.whyNot.pause}
      act={() => pause({})}
      done="Paused"
    />
  )
}

function Promote({ view }: { view: RolloutView }) {
  const { candidate, whyNot, promoteTo, takesSecondPerson, waiting } = view
  if (!promoteTo || (view.phase !== 'progressing' && view.phase !== 'paused')) return null
  const label = `Promote to ${promoteTo.weightPercent} %`
  if (takesSecondPerson.promote)
    return (
      <AskButton
        {...beside}
        label={label}
        icon={FastForward}
        whyNot={whyNot.promote}
        kind="promote"
        input={{ rolloutId: view.id }}
        title={`Promote ${candidate.name} to ${promoteTo.weightPercent} %`}
        before={`${candidate.name} gets ${view.orderedPercent} % of traffic`}
        after={
          promoteTo.weightPercent === 100
            ? `${candidate.name} gets all traffic and becomes the stable version`
            : `${candidate.name} gets ${promoteTo.weightPercent} % of traffic`
        }
        alone={takesSecondPerson.alone}
        waits={waiting.some((each) => each.kind === 'promote')}
      />
    )
  return (
    <ActButton
      {...beside}
      label={label}
      icon={FastForward}
      whyNot={whyNot.promote}
      act={(reason) => promote(view.id, reason, view.version)}
      done={`Ordered: ${promoteTo.weightPercent} % to ${candidate.name}`}
      confirm={{
        title: `Promote ${candidate.name} to ${promoteTo.weightPercent} %?`,
        effect: `${candidate.name} goes from ${view.orderedPercent} % to ${promoteTo.weightPercent} % of new conversations, before its gate opens by itself.`,
        reason: { label: 'Why', required: promoteTo.weightPercent === 100 },
      }}
    />
  )
}

/** Beside the roll back, for a candidate that does harm by what it writes. */
function StopWrites({ view }: { view: RolloutView }) {
  if (writesDenied(view)) return null
  const { whySide, className } = beside
  return (
    <EngageButton
      agent={view.agent}
      name="writes"
      whyNot={view.whyNot.stopWrites}
      whySide={whySide}
      className={className}
    />
  )
}

function effectOf({ stable, candidate, runsPerMinute, orderedPercent }: RolloutView): string {
  const moved = runsPerMinute > 0 ? ` About ${runsPerMinute} runs a minute move.` : ''
  return `All traffic goes to ${stable.name}; ${candidate.name} loses its ${orderedPercent} % and is locked until its incident is reviewed.${moved}`
}
