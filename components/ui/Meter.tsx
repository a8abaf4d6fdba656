import { clsx } from 'clsx'
import { type Tone, toneFill } from './tone.ts'

export interface MeterProps {
  /** What is measured, for a reader who does not see it. */
  readonly label: string
  /** The figure in words: `5 %`, `61 to 1`. */
  readonly text: string
  /** How full, 0 to 1. */
  readonly filled: number
  /** Where the bar to reach stands, 0 to 1. */
  readonly mark?: number | undefined
  readonly tone?: Tone | undefined
  readonly className?: string | undefined
}

/** A figure as a bar, with the mark it is held against. */
export function Meter({ label, text, filled, mark, tone = 'candidate', className }: MeterProps) {
  const percent = Math.min(100, Math.max(0, filled * 100))
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(percent)}
      aria-valuetext={text}
      className={clsx('solid relative h-1.5 rounded-full bg-line-2/70', className)}
    >
      <div
        className={clsx('h-full rounded-full transition-[width] duration-300', toneFill[tone])}
        style={{ width: `${percent}%` }}
      />
      {mark !== undefined && (
        <div
          aria-hidden
          className="absolute -top-[3px] -bottom-[3px] w-[1.5px] bg-ink-2"
          style={{ left: `${Math.min(100, Math.max(0, mark * 100))}%` }}
        />
      )}
    </div>
  )
}
