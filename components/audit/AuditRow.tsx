'use client'
import { Bot, KeyRound, type LucideIcon, Scale, UserRound } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { FullTime, Moment } from '#components/time/RelativeTime.tsx'
import { Sentence } from '#components/ui/Sentence.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import type { Tone } from '#components/ui/tone.ts'
import { paths } from '#lib/paths.ts'
import type { AuditEntryView } from '#lib/views/audit.ts'

const actors: Readonly<Record<string, { icon: LucideIcon; word: string }>> = {
  person: { icon: UserRound, word: 'a person' },
  policy: { icon: Scale, word: 'the policy' },
  token: { icon: KeyRound, word: 'an API token' },
  system: { icon: Bot, word: 'Switchback itself' },
}

const outcomeTones: Readonly<Record<string, Tone>> = {
  allow: 'allow',
  hold: 'hold',
  stop: 'stop',
  rolled_back: 'stop',
  already_rolled_back: 'neutral',
  refused: 'hold',
  recovered: 'allow',
  not_recovered: 'stop',
  inconclusive: 'hold',
  failed: 'stop',
}

interface AuditRowProps {
  readonly entry: AuditEntryView
  /** Whether it is open at first: a list that takes rows away remembers it. */
  readonly open?: boolean
  readonly onToggle?: (isOpen: boolean) => void
}

/** One entry as a sentence; the entry itself, and its hashes, when opened. */
export function AuditRow({ entry, open = false, onToggle }: AuditRowProps) {
  const [isOpen, setIsOpen] = useState(open)
  const { icon: Icon, word } = actorOf(entry)
  return (
    <details
      className="group"
      open={isOpen}
      onToggle={({ currentTarget }) => {
        setIsOpen(currentTarget.open)
        onToggle?.(currentTarget.open)
      }}
    >
      <summary
        data-row=""
        className="scroll-mt-16 scroll-mb-24 grid list-none grid-cols-[16px_minmax(0,1fr)] items-baseline gap-x-3 gap-y-0.5 px-4 py-2.5 hover:transition-colors hover:bg-sunken md:grid-cols-[16px_9.5rem_minmax(0,1fr)_auto] [&::-webkit-details-marker]:hidden"
      >
        <Icon aria-label={word} className="size-4 translate-y-[3px] text-ink-3" />
        <span className="order-last col-start-2 text-xs text-ink-3 tabular-nums md:order-none md:col-auto md:text-sm">
          <Moment at={entry.at} bare />
        </span>
        <Sentence text={entry.sentence} className="min-w-0 break-words" />
        <span className="hidden items-baseline gap-3 md:flex">
          {entry.outcome && (
            <StateChip tone={outcomeTones[entry.outcome] ?? 'neutral'} icon={null}>
              {entry.outcome.replaceAll('_', ' ')}
            </StateChip>
          )}
        </span>
      </summary>
      {isOpen && <WholeEntry entry={entry} />}
    </details>
  )
}

function actorOf({ actorKind }: AuditEntryView) {
  return actors[actorKind] ?? { icon: UserRound, word: actorKind }
}

function WholeEntry({ entry }: { entry: AuditEntryView }) {
  return (
    <div className="border-t border-line bg-sunken px-4 py-3 md:pl-11">
      <div className="mb-2 flex flex-wrap gap-x-4 gap-y-1 text-sm text-ink-2">
        <FullTime at={entry.at} />
        <span>
          by {entry.actorName} ({actorOf(entry).word})
        </span>
        {entry.agent && entry.rollout && (
          <Link href={paths.rollout(entry.agent, entry.rollout)} className="rounded underline">
            rollout
          </Link>
        )}
        {entry.incident && (
          <Link href={paths.incident(entry.incident)} className="rounded underline">
            incident
          </Link>
        )}
      </div>
      <pre
        tabIndex={0}
        aria-label="The entry as it was hashed"
        className="overflow-x-auto text-[0.75rem] leading-[1.6] break-words whitespace-pre-wrap"
      >
        {JSON.stringify(JSON.parse(entry.body), null, 2)}
      </pre>
      <dl className="mt-3 grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 text-xs">
        <dt className="text-ink-3">prev_hash</dt>
        <dd className="mono break-all">{entry.prevHash}</dd>
        <dt className="text-ink-3">hash</dt>
        <dd className="mono break-all">{entry.hash}</dd>
      </dl>
    </div>
  )
}
