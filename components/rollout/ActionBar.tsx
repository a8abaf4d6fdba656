'use client'
import { FastForward, Pause, Play, Siren, Undo2 } from 'lucide-react'
import { useRef } from 'react'
import { AskButton } from '#components/approval/AskButton.tsx'
import { ActButton } from '#components/ui/ActButton.tsx'
import { ButtonLink } from '#components/ui/Button.tsx'
import { refusalOf } from '#components/ui/refusalOf.ts'
import { pause, promote, resume } from '#lib/actions/rollout.ts'
import type { Refusal } from '#lib/actions/refusal.ts'
import { paths } from '#lib/paths.ts'
import type { RolloutView } from '#lib/views/rollout.ts'

/** What can be done, always in reach of a thumb. */
export function ActionBar({ view }: { view: RolloutView }) {
  const { stable, whyNot } = view
  const isOver = view.phase === 'rolled_back'
  return (
    <div
      role="region"
      aria-label="Actions"
      className="fixed inset-x-0 bottom-0 z-10 border-t border-line bg-bg/95 px-4 pt-3 pb-[max(12px,env(safe-area-inset-bottom))] backdrop-blur-sm md:left-[208px] md:px-7"
    >
      <div className="flex max-w-[1184px] flex-wrap items-start gap-2.5">
        {isOver && view.incidentId ? (
          <ButtonLink
            variant="primary"
            size="lg"
            href={paths.incident(view.incidentId)}
            className="flex-1 sm:flex-none"
          >
            <Siren aria-hidden />
            Open the incident
          </ButtonLink>
        ) : (
          <RollBack view={view} />
        )}
        {view.phase === 'progressing' && (
          <ActButton
            className="flex-1 sm:flex-none"
            label={`Pause at ${view.orderedPercent} %`}
            icon={Pause}
            variant="outline"
            size="lg"
            whyNot={whyNot.pause}
            act={(reason) => pause(view.id, reason)}
            done="Paused"
          />
        )}
        {view.phase === 'paused' && (
          <ActButton
            className="flex-1 sm:flex-none"
            label="Resume"
            icon={Play}
            variant="outline"
            size="lg"
            whyNot={whyNot.resume}
            act={(reason) => resume(view.id, reason)}
            done="Resumed"
          />
        )}
        <Promote view={view} />
        {isOver && (
          <p className="basis-full self-center text-sm text-ink-3 sm:basis-auto">
            Rolled back to {stable.name}.
          </p>
        )}
      </div>
    </div>
  )
}

/** One press and one confirmation; only where the policy sees nothing wrong it takes a second person, or the glass. */
function RollBack({ view }: { view: RolloutView }) {
  const { stable, candidate, whyNot, takesSecondPerson, waiting } = view
  const rollBack = useRollBack(view.id)
  const label = `Roll back to ${stable.name}`
  const look = { icon: Undo2, variant: 'danger', size: 'lg', className: 'basis-full sm:basis-auto' } as const
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
        breakGlass={takesSecondPerson.mayBreakGlass ? 'Break the glass: roll back now' : undefined}
      />
    )
  return (
    <ActButton
      {...look}
      label={label}
      whyNot={whyNot.rollBack}
      act={rollBack}
      done={`Ordered: all traffic to ${stable.name}`}
      confirm={{
        title: `Roll back to ${stable.name}?`,
        effect: effectOf(view),
        reason: { label: 'Why', required: false },
      }}
    />
  )
}

function Promote({ view }: { view: RolloutView }) {
  const { candidate, whyNot, promoteTo, takesSecondPerson, waiting } = view
  if (!promoteTo || (view.phase !== 'progressing' && view.phase !== 'paused')) return null
  const label = `Promote to ${promoteTo.weightPercent} %`
  const look = {
    icon: FastForward,
    variant: 'outline',
    size: 'lg',
    className: 'flex-1 sm:flex-none',
  } as const
  if (takesSecondPerson.promote)
    return (
      <AskButton
        {...look}
        label={label}
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
      {...look}
      label={label}
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

function effectOf({ stable, candidate, runsPerMinute, orderedPercent }: RolloutView): string {
  const moved = runsPerMinute > 0 ? ` About ${runsPerMinute} runs a minute move.` : ''
  return `All traffic goes to ${stable.name}; ${candidate.name} loses its ${orderedPercent} % and is locked until its incident is reviewed.${moved}`
}

/** Posts to the emergency door. The key stays the same until it was answered: pressing again cannot do it twice. */
function useRollBack(rolloutId: string): (reason: string | null) => Promise<Refusal | null> {
  const key = useRef<string | null>(null)
  return async (reason) => {
    key.current ??= crypto.randomUUID()
    const answer = await fetch(paths.emergency(rolloutId, 'rollback'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key.current },
      body: JSON.stringify(reason === null ? {} : { reason }),
    })
    key.current = null
    return await refusalOf(answer)
  }
}
