'use client'
import { useQuery } from '@tanstack/react-query'
import { Siren } from 'lucide-react'
import Link from 'next/link'
import { RecoveryChip } from '#components/agent/PhaseChip.tsx'
import { PageTitle } from '#components/shell/Page.tsx'
import { AgoAndMoment, Countdown } from '#components/time/RelativeTime.tsx'
import { Card } from '#components/ui/Card.tsx'
import { EmptyState } from '#components/ui/EmptyState.tsx'
import { Sentence } from '#components/ui/Sentence.tsx'
import { paths } from '#lib/paths.ts'
import { incidentsQuery } from '#lib/queries/incidents.ts'
import type { IncidentLine, IncidentsView } from '#lib/views/incidents.ts'
import { PrecisionTable } from './PrecisionTable.tsx'

/** Every stop, newest first. */
export function IncidentsScreen({ initial }: { initial: IncidentsView }) {
  const { data } = useQuery({ ...incidentsQuery(), initialData: initial })
  const open = data.incidents.filter((incident) => incident.open).length
  return (
    <>
      <PageTitle title="Incidents" lede={ledeOf(open, data)} />
      <Card className="overflow-hidden">
        {data.incidents.length === 0 ? (
          <EmptyState icon={Siren} title="No incident">
            Every stop opens one, with what was seen, what was decided, and how it recovered.
          </EmptyState>
        ) : (
          <ul>
            {data.incidents.map((incident) => (
              <li key={incident.id} className="border-line not-first:border-t">
                <IncidentRow incident={incident} />
              </li>
            ))}
          </ul>
        )}
      </Card>
      {data.precision.length > 0 && <PrecisionTable rows={data.precision} />}
    </>
  )
}

function ledeOf(open: number, { total, incidents }: IncidentsView): string {
  if (total === 0) return 'Nothing was ever stopped.'
  const shown = total > incidents.length ? ` The newest ${incidents.length} of ${total} are shown.` : ''
  return `${openWords(open)}; ${total} in all.${shown}`
}

function openWords(open: number): string {
  if (open === 0) return 'None is open'
  return open === 1 ? 'One is open' : `${open} are open`
}

function IncidentRow({ incident }: { incident: IncidentLine }) {
  return (
    <article
      aria-label={`${incident.agent} ${incident.fromVersion}`}
      className="relative grid gap-x-5 gap-y-1 px-4 py-3 transition-colors hover:bg-sunken md:grid-cols-[minmax(150px,1fr)_minmax(0,2.6fr)_13rem] md:items-center"
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
