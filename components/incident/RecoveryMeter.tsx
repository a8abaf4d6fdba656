'use client'
import { Countdown } from '#components/time/RelativeTime.tsx'
import { useNow } from '#components/time/TimeProvider.tsx'
import { Section } from '#components/ui/Card.tsx'
import { Meter } from '#components/ui/Meter.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import type { Tone } from '#components/ui/tone.ts'
import type { Recovery } from '#lib/domain/rollout.ts'
import type { IncidentView } from '#lib/views/incident.ts'

const looks: Record<Recovery, { tone: Tone; word: string }> = {
  verifying: { tone: 'hold', word: 'verifying' },
  recovered: { tone: 'allow', word: 'recovered' },
  not_recovered: { tone: 'stop', word: 'not recovered' },
  inconclusive: { tone: 'hold', word: 'inconclusive' },
}

/** Whether things recovered: by the clock of the stability window, and by the runs that prove it. */
export function RecoveryMeter({ recovery }: { recovery: IncidentView['recovery'] }) {
  const now = useNow()
  const { tone, word } = looks[recovery.state]
  const [from, until] = [Date.parse(recovery.from), Date.parse(recovery.until)]
  const isOpen = recovery.state === 'verifying'
  const passed = isOpen ? (now.getTime() - from) / (until - from) : 1
  return (
    <Section title="Recovery" aside={<StateChip tone={tone}>{word}</StateChip>}>
      <div className="grid gap-3 px-4 pt-2 pb-4 text-sm">
        <p className="text-ink-2">
          {recovery.because ??
            'Proven by fresh runs of the stable version, not by the switch having answered.'}
        </p>
        <div className="grid gap-1.5">
          <span className="flex justify-between">
            <span className="text-ink-3">Stability window</span>
            <span className="tabular-nums">
              {isOpen ? <Countdown at={recovery.until} after="verdict any moment" /> : 'over'}
            </span>
          </span>
          <Meter label="Stability window" text={isOpen ? 'running' : 'over'} filled={passed} tone={tone} />
        </div>
        <div className="grid gap-1.5">
          <span className="flex justify-between">
            <span className="text-ink-3">Stable runs</span>
            <span className="tabular-nums">
              {recovery.stableRuns.toLocaleString('en')} of {recovery.runsNeeded} needed
            </span>
          </span>
          <Meter
            label="Stable runs since the switch"
            text={`${recovery.stableRuns} of ${recovery.runsNeeded}`}
            filled={recovery.runsNeeded === 0 ? 1 : recovery.stableRuns / recovery.runsNeeded}
            tone={tone}
          />
        </div>
      </div>
    </Section>
  )
}
