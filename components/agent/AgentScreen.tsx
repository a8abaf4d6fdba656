'use client'
import { useQuery } from '@tanstack/react-query'
import { Cpu, Rocket, Route, ScrollText } from 'lucide-react'
import Link from 'next/link'
import { useId } from 'react'
import { PageTitle } from '#components/shell/Page.tsx'
import { RelativeTime } from '#components/time/RelativeTime.tsx'
import { ButtonLink } from '#components/ui/ButtonLink.tsx'
import { Button } from '#components/ui/Button.tsx'
import { Section } from '#components/ui/Card.tsx'
import { KeyValue, KeyValues } from '#components/ui/KeyValues.tsx'
import { Mono } from '#components/ui/Mono.tsx'
import { ReadinessLink } from '#components/readiness/ReadinessLink.tsx'
import { DeniedBanners } from '#components/switches/DeniedBanners.tsx'
import { KillSwitchCard } from '#components/switches/KillSwitchCard.tsx'
import { paths } from '#lib/paths.ts'
import { agentQuery } from '#lib/queries/agents.ts'
import type { AgentView } from '#lib/views/agent.ts'
import { RolloutsTable } from './RolloutsTable.tsx'
import { Telemetry } from './Telemetry.tsx'
import { VersionsTable } from './VersionsTable.tsx'

/** One agent: its versions, its rollouts, the policy in force, and whether its telemetry arrives. */
export function AgentScreen({ initial, canReadAudit }: { initial: AgentView; canReadAudit: boolean }) {
  const { data: agent } = useQuery({ ...agentQuery(initial.agent), initialData: initial })
  return (
    <>
      <PageTitle
        title={agent.displayName === agent.agent ? agent.agent : `${agent.displayName} (${agent.agent})`}
        lede={
          agent.stableVersion ? (
            <>
              Falls back to <Mono>{agent.stableVersion}</Mono>.
            </>
          ) : (
            'Has no stable version yet: adopt the one that runs now.'
          )
        }
        aside={<StartButton agent={agent} />}
      />
      {agent.denied.length > 0 && (
        <div className="mb-4 grid gap-4">
          <DeniedBanners denied={agent.denied} />
        </div>
      )}
      <div className="grid gap-4 lg:grid-cols-[minmax(0,1fr)_296px] lg:gap-6">
        <div className="grid min-w-0 content-start gap-4">
          <VersionsTable versions={agent.versions} />
          <RolloutsTable agent={agent.agent} rollouts={agent.rollouts} />
          <PolicyInForce agent={agent.agent} policy={agent.policy} />
        </div>
        <div className="grid content-start gap-4">
          <KillSwitchCard agent={agent} />
          <Telemetry agent={agent.agent} health={agent.telemetry} />
          <Section title="Alerts">
            <KeyValues>
              <KeyValue term="Channel">{agent.alertChannel ?? 'the installation’s'}</KeyValue>
            </KeyValues>
          </Section>
          <ButtonLink href={paths.runs(agent.agent)}>
            <Route aria-hidden />
            See its runs
          </ButtonLink>
          <ButtonLink href={paths.instances(agent.agent)}>
            <Cpu aria-hidden />
            See its instances
          </ButtonLink>
          <ReadinessLink agent={agent.agent} />
          {canReadAudit && (
            <ButtonLink href={paths.audit({ agent: agent.agent })}>
              <ScrollText aria-hidden />
              Read the record
            </ButtonLink>
          )}
        </div>
      </div>
    </>
  )
}

/** A link that says why it is none. */
function StartButton({ agent }: { agent: AgentView }) {
  const id = useId()
  if (!agent.whyNoStart) {
    return (
      <ButtonLink href={paths.newRollout(agent.agent)} variant="primary">
        <Rocket aria-hidden />
        Start a rollout
      </ButtonLink>
    )
  }
  return (
    <div className="flex max-w-80 flex-col gap-1 sm:items-end sm:text-right">
      <Button variant="primary" aria-disabled aria-describedby={id} className="self-start sm:self-end">
        <Rocket aria-hidden />
        Start a rollout
      </Button>
      <span id={id} className="text-sm text-ink-3">
        {agent.whyNoStart}
      </span>
    </div>
  )
}

function PolicyInForce({ agent, policy }: { agent: string; policy: AgentView['policy'] }) {
  return (
    <Section
      title="Policy"
      aside={
        policy && (
          <>
            version {policy.number}, by {policy.createdBy}, <RelativeTime at={policy.createdAt} /> ·{' '}
            <Link href={paths.policy(agent)} className="underline underline-offset-2">
              change it
            </Link>
          </>
        )
      }
    >
      {policy ? (
        <pre
          tabIndex={0}
          aria-label={`Policy version ${policy.number}`}
          className="mx-4 mt-2 mb-4 max-h-80 overflow-auto rounded-lg border border-line bg-sunken p-3.5 text-[0.78rem] leading-[1.6]"
        >
          {policy.document}
        </pre>
      ) : (
        <p className="px-4 pt-1 pb-4 text-ink-2">The first rollout brings one.</p>
      )}
    </Section>
  )
}
