import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { Countdown } from '#components/time/RelativeTime.tsx'
import { Sentence } from '#components/ui/Sentence.tsx'
import { ToneIcon } from '#components/ui/StateChip.tsx'
import { tonePanel, toneText } from '#components/ui/tone.ts'
import type { RolloutView } from '#lib/views/rollout.ts'
import type { NextView } from '#lib/views/rolloutVerdict.ts'

export interface VerdictProps extends Pick<RolloutView, 'verdict' | 'next'> {
  readonly flip?: RolloutView['flip']
  /** What else to say of it, in the same breath. */
  readonly children?: ReactNode
}

/** Is it safe, why, and what happens next: the first thing on the screen. */
export function Verdict({ verdict, next, flip = null, children }: VerdictProps) {
  const { tone, word, sentence, follows } = verdict
  return (
    <section aria-label="Verdict" className={clsx('rounded-card border p-4 md:p-5', tonePanel[tone])}>
      <div className="flex flex-col gap-4 md:flex-row md:items-stretch">
        <div className="flex min-w-0 flex-1 gap-3.5 md:gap-4">
          <ToneIcon tone={tone} className="mt-0.5 size-7 md:size-9" />
          <div className="min-w-0">
            <div role={tone === 'stop' ? 'alert' : 'status'}>
              <h1 className="text-lg leading-snug font-[620] tracking-[-0.014em] text-pretty md:text-xl">
                <span className={toneText[tone]}>{word}.</span> {sentence}
              </h1>
            </div>
            <p className="mt-1.5 max-w-[72ch] text-ink-2">
              <Sentence text={follows} />
              {children}
            </p>
          </div>
        </div>
        {next && (
          <div
            role="group"
            aria-label="What happens next"
            className="flex items-baseline justify-between gap-4 border-t border-current/15 pt-3 md:w-52 md:flex-col md:items-end md:justify-start md:gap-1 md:border-t-0 md:border-l md:pt-0 md:pl-5 md:text-right"
          >
            <div>
              <div className="text-xs font-semibold text-ink-2">{next.label}</div>
              {next.note && (
                <div className="text-xs text-ink-2 md:hidden">
                  <Note next={next} />
                </div>
              )}
            </div>
            {next.at && (
              <div className="text-xl font-[640] tabular-nums md:text-2xl">
                <Countdown at={next.at} after="any moment" />
              </div>
            )}
            {next.note && (
              <div className="hidden text-xs text-ink-2 md:block">
                <Note next={next} />
              </div>
            )}
          </div>
        )}
      </div>
      {flip && (
        <div
          role="group"
          aria-label="What would flip it"
          className="mt-3 border-t border-current/15 pt-3 text-sm text-ink-2 tabular-nums md:pl-[52px]"
        >
          <span className="block text-xs font-semibold">What would flip it</span>
          {flip.toAllow && <span className="block">{flip.toAllow}</span>}
          <span className="block">{flip.toStop}</span>
        </div>
      )}
    </section>
  )
}

function Note({ next: { note, notBefore } }: { next: NextView }) {
  return (
    <>
      {note}
      {notBefore && (
        <>
          ; in <Countdown at={notBefore} after="a moment" className="tabular-nums" /> at the earliest
        </>
      )}
    </>
  )
}
