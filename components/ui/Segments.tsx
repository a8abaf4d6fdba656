'use client'
import { clsx } from 'clsx'

export interface SegmentsProps<T extends string> {
  /** What is chosen here, for who does not see that they belong together. */
  readonly label: string
  readonly value: T
  readonly choices: readonly (readonly [value: T, word: string])[]
  readonly onChoose: (value: T) => void
}

/** One of a few, all of them in sight. */
export function Segments<T extends string>({ label, value, choices, onChoose }: SegmentsProps<T>) {
  return (
    <fieldset className="flex max-w-full min-w-0 gap-0.5 overflow-x-auto rounded-lg bg-line/60 p-0.5">
      <legend className="sr-only">{label}</legend>
      {choices.map(([choice, word]) => (
        <button
          key={choice}
          type="button"
          aria-pressed={choice === value}
          onClick={() => onChoose(choice)}
          className={clsx(
            'h-9 shrink-0 rounded-md px-2.5 text-sm font-medium whitespace-nowrap sm:h-7',
            choice === value ? 'bg-surface text-ink shadow-card' : 'text-ink-2 hover:text-ink',
          )}
        >
          {word}
        </button>
      ))}
    </fieldset>
  )
}
