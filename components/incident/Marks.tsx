import { clsx } from 'clsx'
import { ClockTime } from '#components/time/RelativeTime.tsx'
import { toneText } from '#components/ui/tone.ts'
import type { MarkView } from '#lib/views/incidentTravel.ts'

/** The events of an incident, to go to. */
export function Marks({
  marks,
  at,
  onGo,
}: {
  readonly marks: readonly MarkView[]
  readonly at: number | null
  readonly onGo: (at: number) => void
}) {
  return (
    <ol
      aria-label="Events"
      className="-mx-1 flex gap-1 overflow-x-auto px-1 py-1 sm:flex-wrap sm:overflow-visible"
    >
      {marks.map((mark) => {
        const isHere = at === Date.parse(mark.at)
        return (
          <li key={`${mark.at}${mark.label}`} className="shrink-0">
            <button
              type="button"
              aria-current={isHere ? 'time' : undefined}
              onClick={() => onGo(Date.parse(mark.at))}
              className={clsx(
                'h-11 rounded-lg border px-2.5 text-left text-xs leading-4 sm:h-auto sm:py-1',
                isHere ? 'border-ink bg-sunken' : 'border-line hover:bg-sunken',
              )}
            >
              <ClockTime at={mark.at} className="block text-ink-3 tabular-nums" />
              <span className={clsx('block font-[560]', mark.tone !== 'neutral' && toneText[mark.tone])}>
                {mark.label}
              </span>
            </button>
          </li>
        )
      })}
    </ol>
  )
}
