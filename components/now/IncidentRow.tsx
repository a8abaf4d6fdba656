'use client'
import Link from 'next/link'
import { RecoveryChip } from '#components/agent/PhaseChip.tsx'
import { AgoAndMoment, Countdown } from '#components/time/RelativeTime.tsx'
import { Sentence } from '#components/ui/Sentence.tsx'
import { paths } from '#lib/paths.ts'
import type { IncidentLine } from '#lib/views/incidents.ts'

/** One stop: which agent, why, and how it recovered. The whole row opens it. */
export function IncidentRow({ incident }: { incident: IncidentLine }) {
  return (
    <article
      aria-label={`${incident.agent} ${incident.fromVersion}`}
      className="relative grid gap-x-5 gap-y-1 px-4 py-3 hover:transition-colors hover:bg-sunken md:grid-cols-[minmax(150px,1fr)_minmax(0,2.6fr)_17rem] md:items-center"
    >
      <div className="min-w-0">
        <Link
          data-row=""
          href={paths.incident(incident.id)}
          className="block scroll-mt-16 scroll-mb-24 truncate rounded font-semibold before:absolute before:inset-0 focus-visible:outline-none focus-visible:before:rounded-card focus-visible:before:outline-2 focus-visible:before:-outline-offset-2 focus-visible:before:outline-candidate"
        >
          {incident.agent}
        </Link>
        <div className="mono text-sm text-ink-2">
          {incident.toVersion} <span aria-hidden>←</span>
          <span className="sr-only"> back from </span> {incident.fromVersion}
        </div>
      </div>
      <div className="min-w-0">
        <code className="mono">{incident.reason}</code>{' '}
        <span className="text-ink-3">in {incident.stage}</span>
        {incident.because && (
          <p className="text-ink-2">
            <Sentence text={incident.because} />
          </p>
        )}
      </div>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 md:flex-col md:items-end">
        <span className="inline-flex items-center gap-2">
          {!incident.open && incident.recovery !== 'recovered' && (
            <span className="text-xs text-ink-3">closed,</span>
          )}
          <RecoveryChip recovery={incident.recovery} />
          {incident.recovery === 'verifying' && (
            <Countdown at={incident.recoveryUntil} after="due" className="text-sm tabular-nums" />
          )}
        </span>
        <span className="text-xs text-ink-3">
          <AgoAndMoment at={incident.openedAt} />, by {incident.by}
        </span>
      </div>
    </article>
  )
}
