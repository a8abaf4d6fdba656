import Link from 'next/link'
import { ClockTime, ZoneName } from '#components/time/RelativeTime.tsx'
import { Section } from '#components/ui/Card.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import type { Tone } from '#components/ui/tone.ts'
import { paths } from '#lib/paths.ts'
import type { RolloutView } from '#lib/views/rollout.ts'

const shownMax = 30
const tones: Readonly<Record<string, Tone>> = { allow: 'allow', hold: 'hold', stop: 'stop' }

/** The decisions, newest first; equal ones that follow each other are one line. */
export function DecisionStream({
  decisions,
  suppressed,
  agent,
  id,
}: Pick<RolloutView, 'decisions' | 'suppressed' | 'agent' | 'id'>) {
  return (
    <Section
      title="Decisions"
      aside={
        <>
          times in <ZoneName /> ·{' '}
          <Link href={paths.audit({ agent, rollout: id })} className="underline-offset-2 hover:underline">
            the whole record
          </Link>
        </>
      }
    >
      <div className="pt-1.5">
        {suppressed > 0 && (
          <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1 border-t border-line px-4 py-2.5 text-sm sm:flex-nowrap">
            <span className="w-36 shrink-0 text-ink-3">since the rollback</span>
            <StateChip tone="neutral">repeat</StateChip>
            <span className="order-2 min-w-0 flex-1 basis-full sm:order-none sm:basis-0">
              Same signal again, nothing executed
            </span>
            <b className="order-1 ml-auto font-semibold tabular-nums sm:order-none">× {suppressed}</b>
          </div>
        )}
        {decisions.length === 0 && <p className="px-4 pt-1 pb-4 text-ink-2">None yet.</p>}
        <ol>
          {decisions.slice(0, shownMax).map((line) => (
            <li
              key={line.id}
              className="flex flex-wrap items-baseline gap-x-3 gap-y-1 border-t border-line px-4 py-2.5 text-sm sm:flex-nowrap"
            >
              <span className="w-36 shrink-0 text-ink-3 tabular-nums">
                <ClockTime at={line.from} />
                {line.count > 1 && (
                  <>
                    {' – '}
                    <ClockTime at={line.to} />
                  </>
                )}
              </span>
              <span className="shrink-0">
                <StateChip tone={tones[line.outcome] ?? 'neutral'}>{line.outcome}</StateChip>
              </span>
              <span className="order-2 min-w-0 flex-1 basis-full sm:order-none sm:basis-0">
                {line.because}{' '}
                {line.reason && <span className="mono ml-1 text-xs text-ink-3">{line.reason}</span>}
              </span>
              {line.count > 1 && (
                <b className="order-1 ml-auto font-semibold whitespace-nowrap tabular-nums sm:order-none">
                  × {line.count}
                </b>
              )}
            </li>
          ))}
        </ol>
      </div>
    </Section>
  )
}
