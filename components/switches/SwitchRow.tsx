'use client'
import { CircleCheck, CircleDashed, OctagonX, ShieldCheck, Siren } from 'lucide-react'
import Link from 'next/link'
import { AskButton } from '#components/approval/AskButton.tsx'
import { Moment, RelativeTime } from '#components/time/RelativeTime.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { paths } from '#lib/paths.ts'
import type { SwitchLine, SwitchOrdered, SwitchScope } from '#lib/views/switches.ts'
import { AskLater } from './AskLater.tsx'
import { EngageButton } from './EngageButton.tsx'

/** One switch of one scope: what it is, how it stands, and the button that changes that. */
export function SwitchRow({ line, scope }: { line: SwitchLine; scope: SwitchScope }) {
  const denied = line.order?.state === 'deny' ? line.order : null
  return (
    <article
      aria-label={line.words}
      className="grid gap-x-6 gap-y-2 px-4 py-3 md:grid-cols-[11rem_minmax(0,1fr)_13rem] md:items-start"
    >
      <div className="flex flex-wrap items-center justify-between gap-2 md:block">
        <Name name={line.name} />
        <div className="md:mt-1.5">
          <State line={line} />
        </div>
      </div>
      <div className="min-w-0 text-sm text-ink-2">
        {line.order ? <Ordered order={line.order} /> : <p className="text-ink-3">Nobody ever denied it.</p>}
        {line.alsoDeniedBy && (
          <p className="text-stop">
            {denied ? 'Also denied' : 'Denied'} by the switch on {line.alsoDeniedBy}.
          </p>
        )}
        {denied && scope.whyNotEngage === null && <AskLater line={line} />}
      </div>
      {denied ? <Release line={line} scope={scope} /> : <Engage line={line} scope={scope} />}
    </article>
  )
}

function Name({ name }: { name: string }) {
  if (name === 'agent') return <b className="font-semibold">Whole agent</b>
  if (name === 'writes') return <b className="font-semibold">Writes</b>
  if (name === 'tool:*') return <b className="font-semibold">Every tool</b>
  return (
    <span className="min-w-0 break-all">
      <span className="text-sm text-ink-3">Tool </span>
      <code className="mono font-semibold">{name.slice('tool:'.length)}</code>
    </span>
  )
}

/** Ordered and acknowledged look different: the first is an order, the second a fact. */
function State({ line }: { line: SwitchLine }) {
  if (line.order?.state !== 'deny') {
    return line.alsoDeniedBy ? (
      <StateChip tone="stop" icon={OctagonX}>
        denied more widely
      </StateChip>
    ) : (
      <StateChip tone="allow" icon={CircleCheck}>
        allowed
      </StateChip>
    )
  }
  const { acks } = line.order
  return acks?.complete && acks.of > 0 ? (
    <StateChip tone="stop" icon={ShieldCheck}>
      denied, acknowledged
    </StateChip>
  ) : (
    <StateChip tone="hold" icon={CircleDashed}>
      deny ordered
    </StateChip>
  )
}

function Ordered({ order }: { order: SwitchOrdered }) {
  const { state, by, at, reason, acks, incidentId, askAt, asks } = order
  return (
    <>
      <p>
        {state === 'deny' ? 'Denied' : 'Allowed again'} by <b className="font-[560] text-ink">{by}</b>,{' '}
        <RelativeTime at={at} />: {reason}
      </p>
      {acks && (
        <p className="tabular-nums">
          {acks.sentence}
          {acks.complete && acks.lastMs !== null && acks.of > 0
            ? `, the last after ${milliseconds(acks.lastMs)}`
            : ''}
          .
        </p>
      )}
      {state === 'deny' && incidentId && (
        <p>
          <Siren aria-hidden className="mr-1 inline size-3.5" />
          Until the recovery of{' '}
          <Link href={paths.incident(incidentId)} className="rounded underline">
            this incident
          </Link>{' '}
          is proven.
        </p>
      )}
      {askAt && (
        <p>
          {asks ? 'Asks since' : 'Asks whether it is still needed at'} <Moment at={askAt} />; it does not lift
          by itself.
        </p>
      )}
    </>
  )
}

function milliseconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

function Engage({ line, scope }: { line: SwitchLine; scope: SwitchScope }) {
  return (
    <EngageButton
      agent={line.agent}
      name={line.name}
      whyNot={scope.whyNotEngage}
      title={line.name.startsWith('tool:') ? `Stop ${line.words}?` : undefined}
      done={`Ordered: deny ${line.words}`}
    />
  )
}

function Release({ line, scope }: { line: SwitchLine; scope: SwitchScope }) {
  const { agent, name, words, alsoDeniedBy } = line
  return (
    <AskButton
      label="Allow again"
      variant="outline"
      size="lg"
      whyNot={scope.whyNotRelease}
      waits={line.releaseWaits}
      kind="switch_release"
      input={{ agent, name }}
      title={`Allow ${words} again`}
      before={`${words}: denied`}
      after={alsoDeniedBy ? `${words}: still denied by the switch on ${alsoDeniedBy}` : `${words}: allowed`}
      alone={scope.alone}
    />
  )
}
