import { RelativeTime } from '#components/time/RelativeTime.tsx'
import type { UncountedView } from '#lib/views/uncounted.ts'

/** Runs of the last hour that could not be counted as a version's: why, how many, and the line to change. */
export function UncountedList({ uncounted }: { uncounted: readonly UncountedView[] }) {
  return (
    <ul aria-label="Runs that could not be counted" className="grid gap-2.5 text-sm">
      {uncounted.map(({ cause, detail, sentence, mend, count, lastAt }) => (
        <li key={`${cause} ${detail}`} className="grid gap-0.5">
          <span className="[overflow-wrap:anywhere]">{sentence}</span>
          <span className="[overflow-wrap:anywhere] text-ink-2">{mend}</span>
          <span className="text-ink-3">
            {count.toLocaleString('en')} in the last hour, the last <RelativeTime at={lastAt} />
          </span>
        </li>
      ))}
    </ul>
  )
}
