import { Lock, LockOpen, ShieldCheck, ShieldQuestion } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Section } from '#components/ui/Card.tsx'
import { KeyValue, KeyValues } from '#components/ui/KeyValues.tsx'
import { Digest, Mono } from '#components/ui/Mono.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { paths } from '#lib/paths.ts'
import type { RolloutView } from '#lib/views/rollout.ts'
import { secondsWords } from './figures.ts'

const switchWords = {
  requested: 'ordered, not yet in force',
  applied: 'in force at every edge',
  verified: 'verified in the traffic',
  failed: 'not in force; tried again',
} as const

/** The two versions, what the candidate reached, and who was told. */
export function SideCards({ view }: { view: RolloutView }) {
  return (
    <div className="grid content-start gap-4 md:grid-cols-2 lg:grid-cols-1">
      <CandidateCard view={view} />
      <StableCard view={view} />
      <ReachCard reach={view.reach} />
      {view.alerts.length > 0 && <AlertsCard alerts={view.alerts} />}
    </div>
  )
}

function Named({ kind, name }: { kind: ReactNode; name: string }) {
  return (
    <>
      {kind} <Mono className="font-normal text-ink-2">{name}</Mono>
    </>
  )
}

function CandidateCard({ view }: { view: RolloutView }) {
  const { candidate, orderedPercent, measuredPercent, switchStatus } = view
  return (
    <Section title={<Named kind="Candidate" name={candidate.name} />}>
      <KeyValues>
        <KeyValue term="State">
          {candidate.locked ? (
            <StateChip tone="stop" icon={Lock}>
              locked
            </StateChip>
          ) : (
            <StateChip tone="neutral" icon={LockOpen}>
              not locked
            </StateChip>
          )}
        </KeyValue>
        <KeyValue term="Digest">{candidate.digest ? <Digest of={candidate.digest} /> : '–'}</KeyValue>
        <KeyValue term="Changed">
          {candidate.changed.length > 0 ? candidate.changed.join(', ') : 'nothing'}
        </KeyValue>
        <KeyValue term="Ordered share">{orderedPercent} %</KeyValue>
        <KeyValue term="Measured share">
          {measuredPercent === null ? 'no runs lately' : `${measuredPercent} %`}
        </KeyValue>
        {switchStatus && <KeyValue term="Switch">{switchWords[switchStatus]}</KeyValue>}
      </KeyValues>
      <RunsLink agent={view.agent} version={candidate.name} />
    </Section>
  )
}

function StableCard({ view }: { view: RolloutView }) {
  const { stable } = view
  return (
    <Section title={<Named kind="Stable" name={stable.name} />}>
      <KeyValues>
        <KeyValue term="State">
          {stable.attested ? (
            <StateChip tone="allow" icon={ShieldCheck}>
              attested
            </StateChip>
          ) : (
            <StateChip tone="hold" icon={ShieldQuestion}>
              not attested
            </StateChip>
          )}
        </KeyValue>
        {stable.attestedBy && <KeyValue term="By">{stable.attestedBy}</KeyValue>}
        <KeyValue term="Digest">{stable.digest ? <Digest of={stable.digest} /> : '–'}</KeyValue>
      </KeyValues>
      <RunsLink agent={view.agent} version={stable.name} />
    </Section>
  )
}

/** To the runs of one version, as the last line of a card. */
export function RunsLink({ agent, version }: { agent: string; version: string }) {
  return (
    <p className="border-t border-line px-4 py-2.5 text-sm">
      <Link href={paths.runs(agent, { version })} className="underline-offset-2 hover:underline">
        Runs of this version
      </Link>
    </p>
  )
}

interface ReachCardProps {
  readonly reach: RolloutView['reach']
  /** Calls of tools that write, or may; where they were looked for. */
  readonly writes?: number
  /** What it comes to, in a sentence. */
  readonly children?: ReactNode
}

/** What the candidate touched while it had traffic. */
export function ReachCard({ reach, writes, children }: ReachCardProps) {
  return (
    <Section title="Blast radius">
      <KeyValues>
        <KeyValue term="Runs">{reach.runs.toLocaleString('en')}</KeyValue>
        <KeyValue term="Failed runs">{reach.failed.toLocaleString('en')}</KeyValue>
        <KeyValue term="Conversations">{reach.conversations.toLocaleString('en')}</KeyValue>
        {reach.users > 0 && <KeyValue term="Users">{reach.users.toLocaleString('en')}</KeyValue>}
        <KeyValue term="Tool calls">{reach.toolCalls.toLocaleString('en')}</KeyValue>
        {writes !== undefined && <KeyValue term="Writes, or maybe">{writes.toLocaleString('en')}</KeyValue>}
        <KeyValue term="Cost">
          {reach.costUsd === null ? 'not reported' : `$${reach.costUsd.toFixed(2)}`}
        </KeyValue>
      </KeyValues>
      {children}
    </Section>
  )
}

const kindWords: Readonly<Record<string, string>> = {
  rollback_triggered: 'Alert',
  switch_applied: 'Switch in force',
  recovery: 'Recovery',
}

/** Whether people were told, by message. */
export function AlertsCard({ alerts }: Pick<RolloutView, 'alerts'>) {
  const channel = alerts.find((alert) => alert.channel)?.channel
  return (
    <Section title="Slack" aside={channel ?? undefined}>
      <KeyValues>
        {alerts.map((alert) => (
          <KeyValue key={alert.id} term={kindWords[alert.kind] ?? alert.kind}>
            {alert.status === 'sent' && `delivered in ${secondsWords(alert.tookSeconds ?? 0)}`}
            {alert.status === 'queued' &&
              (alert.error ? `tried ${alert.attempts} times: ${alert.error}` : 'on its way')}
            {alert.status === 'not_sent' && (
              <span className="text-hold">not sent: {alert.error?.replace(/^Not sent: /, '')}</span>
            )}
          </KeyValue>
        ))}
      </KeyValues>
    </Section>
  )
}
