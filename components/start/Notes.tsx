import { Info } from 'lucide-react'

/** How a document was read, and what to know before the rollout begins. */
export function Notes({ notes }: { notes: readonly string[] }) {
  return notes.map((note) => (
    <p key={note} className="flex gap-2 text-ink-2">
      <Info aria-hidden className="mt-[3px] size-4 shrink-0 text-ink-3" />
      {note}
    </p>
  ))
}
