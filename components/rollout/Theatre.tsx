'use client'
import { clsx } from 'clsx'
import { Check, CircleDashed, LoaderCircle, X } from 'lucide-react'
import { Elapsed } from '#components/time/RelativeTime.tsx'
import { clockWords, fullWords } from '#components/time/words.ts'
import { useZone } from '#components/time/ZoneProvider.tsx'
import type { TheatreStep } from '#lib/views/rolloutTheatre.ts'
import { secondsWords } from './figures.ts'

const looks = {
  done: { bar: 'bg-allow', icon: Check, word: 'done' },
  running: { bar: 'bg-hold', icon: LoaderCircle, word: 'under way' },
  waiting: { bar: 'bg-line-2', icon: CircleDashed, word: 'to come' },
  failed: { bar: 'bg-stop', icon: X, word: 'did not succeed' },
} as const

export interface TheatreProps {
  /** Null where nothing was rolled back. */
  readonly steps: readonly TheatreStep[] | null
  readonly recoveryFrom: string | null
}

/** The rollback, step by step, with the seconds of each. Beside each other; on a phone under each other. */
export function Theatre({ steps, recoveryFrom }: TheatreProps) {
  if (!steps) return null
  return (
    <section aria-label="The rollback, step by step">
      <ol className="grid grid-cols-[minmax(0,1fr)] overflow-hidden rounded-card border border-line bg-surface shadow-card md:auto-cols-fr md:grid-flow-col md:grid-cols-none">
        {steps.map((step, index) => (
          <Step key={step.name} step={step} isFirst={index === 0} recoveryFrom={recoveryFrom} />
        ))}
      </ol>
    </section>
  )
}

function Step({
  step,
  isFirst,
  recoveryFrom,
}: {
  step: TheatreStep
  isFirst: boolean
  recoveryFrom: string | null
}) {
  const look = step.name === 'detected' ? { ...looks.failed, word: 'seen' } : looks[step.state]
  const { icon: Icon } = look
  return (
    <li className="relative flex items-baseline gap-x-3 max-[340px]:flex-wrap border-line px-4 py-2.5 not-first:border-t md:block md:py-3.5 md:not-first:border-t-0 md:not-first:border-l">
      <span
        aria-hidden
        className={clsx(
          'solid absolute inset-y-0 left-0 w-[3px] md:inset-x-0 md:top-0 md:h-[3px] md:w-auto',
          look.bar,
        )}
      />
      <span className="order-3 ml-auto text-xs whitespace-nowrap text-ink-3 tabular-nums md:order-none md:ml-0 md:block">
        {step.at ? <StepTime at={step.at} /> : look.word}
      </span>
      <b className="block w-20 shrink-0 text-lg font-[640] tabular-nums md:w-auto">
        {howLong(step, isFirst, recoveryFrom)}
      </b>
      <span className="flex items-center gap-1.5 text-ink-2">
        <Icon
          aria-hidden
          className={clsx(
            'size-3.5 shrink-0',
            step.state === 'running' && 'animate-spin motion-reduce:animate-none',
          )}
        />
        {step.label}
        <span className="sr-only">, {look.word}</span>
      </span>
    </li>
  )
}

/** To a tenth of a second, which is what the steps are apart. */
function StepTime({ at }: { at: string }) {
  const zone = useZone()
  const date = new Date(at)
  return (
    <time dateTime={at} title={fullWords(date, zone)}>
      {clockWords(date, zone)}
      {at.slice(19, 21)}
    </time>
  )
}

function howLong(step: TheatreStep, isFirst: boolean, recoveryFrom: string | null) {
  if (step.tookSeconds !== null) return `+ ${secondsWords(step.tookSeconds)}`
  if (step.at !== null && isFirst) return '0 s'
  if (step.name === 'recovered' && step.state === 'running' && recoveryFrom)
    return <Elapsed at={recoveryFrom} />
  return '–'
}
