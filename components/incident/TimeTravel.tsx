'use client'
import { useQuery } from '@tanstack/react-query'
import { ChevronLeft, ChevronRight, RotateCcw } from 'lucide-react'
import { useSearchParams } from 'next/navigation'
import { useEffect, useId, useState } from 'react'
import { prepareCharts } from '#components/rollout/MetricCards.tsx'
import { useNow } from '#components/time/TimeProvider.tsx'
import { momentWords, zoneWords } from '#components/time/words.ts'
import { useZone } from '#components/time/ZoneProvider.tsx'
import { Button } from '#components/ui/Button.tsx'
import { Section } from '#components/ui/Card.tsx'
import { incidentAddress } from '#lib/address/incident.ts'
import { paths } from '#lib/paths.ts'
import { momentQuery, travelQuery } from '#lib/queries/incident.ts'
import type { TravelView } from '#lib/views/incidentTravel.ts'
import { Marks } from './Marks.tsx'
import { MomentPanel } from './MomentPanel.tsx'
import { type Span, spanOf } from './travel.ts'
import { useSettled } from './useSettled.ts'

/** While somebody drags, only where they rest is asked for, and stands in the address. */
const restMs = 120

interface TimeTravelProps {
  readonly incidentId: string
  readonly rolloutId: string
  readonly candidate: string
  readonly stable: string
}

/** The incident along its time: what was known, decided and ordered at any moment of it. */
export function TimeTravel(props: TimeTravelProps) {
  const { data: travel, isError } = useQuery(travelQuery(props.incidentId))
  return (
    <Section
      title="Time travel"
      aside={<span className="max-sm:hidden">from the start of the rollout to its recovery</span>}
    >
      {travel ? (
        <Along {...props} travel={travel} />
      ) : (
        <p className="h-[202px] px-4 pt-1.5 text-sm text-ink-3">
          {isError ? 'What happened could not be read. Load the page again.' : 'Reading what happened…'}
        </p>
      )}
    </Section>
  )
}

function Along({
  incidentId,
  rolloutId,
  candidate,
  stable,
  travel,
}: TimeTravelProps & { travel: TravelView }) {
  const asked = incidentAddress.at(useSearchParams().get('at') ?? '')
  const [chosen, choose] = useState(asked === null ? null : Date.parse(asked))
  const zone = useZone()
  const id = useId()
  const span = spanOf(travel, useNow())
  const at = chosen === null ? null : span.within(chosen)
  const settled = useSettled(at, restMs)
  useEffect(() => {
    // It can be sent to somebody; dragging leaves no trail of pages behind.
    const address =
      settled === null
        ? paths.incident(incidentId)
        : paths.incidentAt(incidentId, new Date(settled).toISOString())
    if (address !== window.location.pathname + window.location.search)
      window.history.replaceState(null, '', address)
  }, [incidentId, settled])
  const {
    data: read,
    isError,
    isPlaceholderData,
  } = useQuery(momentQuery(incidentId, settled === null ? null : new Date(settled).toISOString()))
  const moment = at === null ? undefined : read
  const shown = at ?? span.to
  const go = (to: number) => choose(span.within(to))
  const words = `${momentWords(new Date(shown), zone)} ${zoneWords(new Date(shown), zone)}`
  return (
    // Whoever comes near is about to go back: the charts of a past moment take a while to fetch.
    <div className="grid gap-3 px-4 pt-1 pb-4" onPointerEnter={prepareCharts} onFocus={prepareCharts}>
      <div>
        <label htmlFor={id} className="flex flex-wrap items-baseline justify-between gap-x-3 text-sm">
          <span className="text-ink-2">
            {at === null ? 'Drag back to see the incident as it was' : 'As it was at'}
          </span>
          <b className="font-[560] tabular-nums">{at === null ? 'now' : words}</b>
        </label>
        <Slider id={id} span={span} value={shown} onMove={go} text={at === null ? 'now' : words}>
          {travel}
        </Slider>
      </div>
      <div className="flex flex-wrap gap-2">
        <Jump to={span.before(shown)} onGo={go} label="Earlier event" icon={ChevronLeft} />
        <Jump to={span.after(shown)} onGo={go} label="Later event" icon={ChevronRight} />
        {at !== null && (
          <Button size="lg" variant="ghost" onClick={() => choose(null)}>
            <RotateCcw aria-hidden />
            Back to now
          </Button>
        )}
      </div>
      <p role="status" className="sr-only">
        {moment ? `${moment.verdict.word}. ${moment.candidatePercent} % to ${candidate}.` : ''}
      </p>
      {isError && <p className="text-sm text-stop">This moment could not be read. Choose it again.</p>}
      {moment && (
        <MomentPanel
          moment={moment}
          marks={travel.marks}
          rolloutId={rolloutId}
          candidate={candidate}
          stable={stable}
          isOld={settled !== at || isPlaceholderData}
        />
      )}
      <Marks marks={travel.marks} at={at} onGo={go} />
    </div>
  )
}

interface SliderProps {
  readonly id: string
  readonly span: Span
  readonly value: number
  readonly text: string
  readonly onMove: (at: number) => void
  readonly children: TravelView
}

const toneTicks = { neutral: 'bg-ink-3', stop: 'bg-stop', hold: 'bg-hold', allow: 'bg-allow' } as const

/** A native slider: keys, touch and screen readers know it. The marks stand under its track where they happened. */
function Slider({ id, span, value, text, onMove, children: { marks } }: SliderProps) {
  const inside = marks.filter((mark) => Date.parse(mark.at) <= span.to)
  return (
    <div className="relative">
      <input
        id={id}
        type="range"
        min={span.from}
        // The browser moves in whole steps from the beginning: the last one reaches the end or past it.
        max={span.from + Math.ceil((span.to - span.from) / span.stepMs) * span.stepMs}
        step={span.stepMs}
        value={value}
        aria-valuetext={text}
        onChange={(event) => onMove(event.currentTarget.valueAsNumber)}
        className="block h-11 w-full cursor-pointer touch-pan-y accent-ink"
      />
      <div aria-hidden className="pointer-events-none absolute inset-x-2 bottom-0 h-2">
        {inside.map((mark) => (
          <i
            key={`${mark.at}${mark.label}`}
            className={`absolute h-2 w-[3px] -translate-x-1/2 rounded-full ${toneTicks[mark.tone]}`}
            style={{ left: `${span.part(Date.parse(mark.at)) * 100}%` }}
          />
        ))}
      </div>
    </div>
  )
}

interface JumpProps {
  readonly to: number | null
  readonly onGo: (at: number) => void
  readonly label: string
  readonly icon: typeof ChevronLeft
}

/** Focus stays where it is at the last one: it is pressed again and again. */
function Jump({ to, onGo, label, icon: Icon }: JumpProps) {
  return (
    <Button
      size="lg"
      className="px-3! max-sm:flex-1"
      aria-disabled={to === null}
      onClick={() => to !== null && onGo(to)}
    >
      <Icon aria-hidden />
      {label}
    </Button>
  )
}
