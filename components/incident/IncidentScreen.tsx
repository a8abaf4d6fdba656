'use client'
import { useQuery } from '@tanstack/react-query'
import { Lock, LockOpen } from 'lucide-react'
import Link from 'next/link'
import { WaitingApprovals } from '#components/approval/WaitingApprovals.tsx'
import { AskButton } from '#components/approval/AskButton.tsx'
import { EvidenceTable } from '#components/rollout/EvidenceTable.tsx'
import { AlertsCard, ReachCard, RunsLink } from '#components/rollout/SideCards.tsx'
import { Theatre } from '#components/rollout/Theatre.tsx'
import { Verdict } from '#components/rollout/Verdict.tsx'
import { AgoAndMoment, Moment, ZoneName } from '#components/time/RelativeTime.tsx'
import { Section } from '#components/ui/Card.tsx'
import { KeyValue, KeyValues } from '#components/ui/KeyValues.tsx'
import { Later } from '#components/ui/Later.tsx'
import { Mono } from '#components/ui/Mono.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { latePart } from '#components/ui/latePart.tsx'
import { paths } from '#lib/paths.ts'
import { incidentQuery } from '#lib/queries/incident.ts'
import type { IncidentView } from '#lib/views/incident.ts'
import { RecoveryMeter } from './RecoveryMeter.tsx'
import { ReplayButton } from './ReplayButton.tsx'

const TimeTravel = latePart(async () => (await import('./TimeTravel.tsx')).TimeTravel)
const AfterStop = latePart(async () => (await import('./AfterStop.tsx')).AfterStop)

/** A stop, from what was seen to what came of it. */
export function IncidentScreen({ initial }: { initial: IncidentView }) {
  const { data: view } = useQuery({ ...incidentQuery(initial.id), initialData: initial })
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <Verdict verdict={view.verdict} next={view.next}>
        {' '}
        Stopped <AgoAndMoment at={view.openedAt} />, by {view.by}, in stage {view.stage} at{' '}
        {view.weightPercent} %.
      </Verdict>
      <WaitingApprovals waiting={view.waiting} />
      <Theatre steps={view.theatre} recoveryFrom={view.recovery.from} />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 lg:grid-cols-[minmax(0,1fr)_300px]">
        <div className="grid min-w-0 content-start gap-4">
          <Seen view={view} />
          <Later place="h-[236px]">
            <TimeTravel
              incidentId={view.id}
              rolloutId={view.rolloutId}
              candidate={view.fromVersion}
              stable={view.toVersion}
            />
          </Later>
          <EvidenceTable
            questions={view.questions}
            metrics={view.figures.map((each) => ({ ...each, label: '' }))}
            policy={{ number: view.policyNumber, document: '' }}
          />
          <Later place="h-96">
            <AfterStop view={view} />
          </Later>
          <Timeline view={view} />
        </div>
        <div className="grid content-start gap-4 md:grid-cols-2 lg:grid-cols-1">
          <RecoveryMeter recovery={view.recovery} />
          <LockCard view={view} />
          <ReachCard reach={view.reach} writes={view.effects.total}>
            <p className="border-t border-line px-4 py-2.5 text-xs text-ink-3">{reachWords(view.reach)}</p>
            <RunsLink agent={view.agent} version={view.fromVersion} />
          </ReachCard>
          {view.alerts.length > 0 && <AlertsCard alerts={view.alerts} />}
        </div>
      </div>
    </div>
  )
}

/** What of the blast radius was known at the stop, and that it may still grow: nobody can freeze a run under way. */
function reachWords({ runs, atStop }: IncidentView['reach']): string {
  const cost = atStop.costUsd === null ? '' : `, $${atStop.costUsd.toFixed(2)}`
  const known = `At the stop ${count(atStop.runs)} had come in (${atStop.failed} failed${cost}).`
  const later = runs - atStop.runs
  if (later === 0) return `${known} None since; one that is under way counts when it ends.`
  return `${known} ${count(later)} came in since, from work that was under way; any later one counts too.`
}

function count(runs: number): string {
  return `${runs.toLocaleString('en')} ${runs === 1 ? 'run' : 'runs'}`
}

function Seen({ view }: { view: IncidentView }) {
  return (
    <Section title="What was seen" aside={<Mono>{view.reason}</Mono>}>
      <div className="grid gap-3 px-4 pt-1.5 pb-4">
        <p className="text-lg leading-snug font-[560]">{view.because}</p>
        {view.byPolicy ? (
          <ReplayButton incidentId={view.id} />
        ) : (
          <p className="text-sm text-ink-2">
            A person stopped it; no decision asked for it. Below is the last one before.
          </p>
        )}
        {view.suppressed > 0 && (
          <p className="text-sm text-ink-2">
            The same signal came again {view.suppressed === 1 ? 'once' : `${view.suppressed} times`}; nothing
            more was executed.
          </p>
        )}
      </div>
    </Section>
  )
}

function LockCard({ view }: { view: IncidentView }) {
  return (
    <Section title="Candidate">
      <KeyValues>
        <KeyValue term={<Mono>{view.fromVersion}</Mono>}>
          {view.candidateLocked ? (
            <StateChip tone="stop" icon={Lock}>
              locked
            </StateChip>
          ) : (
            <StateChip tone="neutral" icon={LockOpen}>
              not locked
            </StateChip>
          )}
        </KeyValue>
        <KeyValue term="Writes">{view.writesDenied ? 'denied' : 'allowed'}</KeyValue>
      </KeyValues>
      {view.candidateLocked && (
        <div className="grid gap-3 px-4 pb-3.5">
          <p className="text-sm text-ink-2">
            Its content is locked under every name. It gets no traffic: not by a start, a retry or a restart.
          </p>
          <AskButton
            label={`Unlock ${view.fromVersion}`}
            icon={LockOpen}
            whyNot={view.unlock.whyNot}
            kind="unlock"
            input={{ incidentId: view.id }}
            title={`Unlock ${view.fromVersion}`}
            before={`${view.unlock.names.join(', ')} may get no traffic`}
            after={`${view.unlock.names.join(', ')} may be released again, from its first stage`}
            alone={view.unlock.alone}
            waits={view.waiting.some((each) => each.kind === 'unlock')}
          />
        </div>
      )}
      <p className="border-t border-line px-4 py-2.5 text-sm">
        <Link href={paths.rollout(view.agent, view.rolloutId)} className="underline-offset-2 hover:underline">
          The rollout and its charts
        </Link>
      </p>
    </Section>
  )
}

function Timeline({ view }: { view: IncidentView }) {
  return (
    <Section
      title="On the record"
      aside={
        <>
          times in <ZoneName /> ·{' '}
          <Link
            href={paths.audit({ agent: view.agent, rollout: view.rolloutId })}
            className="underline-offset-2 hover:underline"
          >
            the whole record
          </Link>
        </>
      }
    >
      <ol className="pt-1.5">
        {view.timeline.map((entry) => (
          <li
            key={entry.position}
            className="flex flex-wrap gap-x-3 border-t border-line px-4 py-2 text-sm sm:flex-nowrap"
          >
            <Moment at={entry.at} bare className="w-36 shrink-0 text-ink-3 tabular-nums" />
            <span className="min-w-0">{entry.sentence}</span>
          </li>
        ))}
      </ol>
    </Section>
  )
}
