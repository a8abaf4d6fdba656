'use client'
import { useQuery } from '@tanstack/react-query'
import { FlaskConical, Send } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { PageTitle } from '#components/shell/Page.tsx'
import { ActButton } from '#components/ui/ActButton.tsx'
import { Banner } from '#components/ui/Banner.tsx'
import { Section } from '#components/ui/Card.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { sendTestAlert } from '#lib/actions/alerts.ts'
import { runDrill } from '#lib/actions/drill.ts'
import type { BaselineKey, ItemKey, Judged } from '#lib/domain/readiness.ts'
import { paths } from '#lib/paths.ts'
import { readinessQuery } from '#lib/queries/readiness.ts'
import type { ReadinessView } from '#lib/views/readiness.ts'
import { Drills } from './Drills.tsx'

/** What an agent has proven before production, what it lacks, and the way to each proof. */
export function ReadinessScreen({ initial }: { initial: ReadinessView }) {
  const { data: view } = useQuery({ ...readinessQuery(initial.agent), initialData: initial })
  const lacking = view.baseline.filter(({ isProven }) => !isProven)
  return (
    <>
      <PageTitle
        title={`Readiness of ${view.agent}`}
        lede={`${view.proven} / ${view.items.length} proven. Each is computed from evidence; nobody ticks it.`}
      />
      {lacking.length > 0 && (
        <div className="mb-4">
          <Banner tone="hold" title="The baseline lacks proof.">
            {lacking.map(({ title }) => title).join(', ')}: see below.
          </Banner>
        </div>
      )}
      <div className="grid gap-4">
        <Section title="Before production" aside={`${view.proven} / ${view.items.length}`}>
          <List items={view.items} proofOf={(key) => proofs[key](view)} />
        </Section>
        <Drills agent={view.agent} drills={view.drills} />
        <Section
          title="Baseline"
          aside={`${view.baseline.length - lacking.length} / ${view.baseline.length}`}
        >
          <List items={view.baseline} proofOf={(key) => baselineProofs[key](view)} />
        </Section>
      </div>
    </>
  )
}

interface ListProps<Key extends string> {
  readonly items: readonly Judged<Key>[]
  readonly proofOf: (key: Key) => ReactNode
}

function List<Key extends string>({ items, proofOf }: ListProps<Key>) {
  return (
    <ul className="mt-1.5">
      {items.map(({ key, title, isProven, because }) => (
        <li
          key={key}
          aria-label={title}
          className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line px-4 py-3 first:border-t-0"
        >
          <div className="min-w-0 flex-1 basis-72">
            <div className="flex flex-wrap items-center gap-x-2">
              <b className="font-semibold">{title}</b>
              <StateChip tone={isProven ? 'allow' : 'hold'}>{isProven ? 'proven' : 'lacks proof'}</StateChip>
            </div>
            <p className="text-sm [overflow-wrap:anywhere] text-ink-2">{because}</p>
          </div>
          <div className="flex flex-wrap items-center gap-2 text-sm">{proofOf(key)}</div>
        </li>
      ))}
    </ul>
  )
}

type Proof = (view: ReadinessView) => ReactNode

const policy: Proof = ({ agent }) => <To href={paths.policy(agent)}>Open the policy</To>
const record: Proof = ({ agent, canReadAudit }) =>
  canReadAudit && <To href={paths.audit({ agent })}>Open the record</To>

const proofs: Record<ItemKey, Proof> = {
  triggers: policy,
  stable: ({ agent }) => <To href={paths.agent(agent)}>Open the versions</To>,
  switch: ({ agent, incidentId, drills }) => (
    <>
      {incidentId && <To href={paths.incident(incidentId)}>Open the rollback</To>}
      <ActButton
        label="Run a drill"
        icon={FlaskConical}
        size="sm"
        whyNot={drills.whyNotRun}
        act={() => runDrill(agent)}
        done="The drill has begun"
      />
    </>
  ),
  lock: policy,
  recovery: policy,
  record,
  alert: ({ agent, whyNoTest }) => (
    <ActButton
      label="Send a test message"
      icon={Send}
      size="sm"
      whyNot={whyNoTest}
      act={() => sendTestAlert(agent)}
      done="The test message is on its way"
    />
  ),
  runbook: () => <To href={paths.approvals()}>Open the approvals</To>,
}

const baselineProofs: Record<BaselineKey, Proof> = {
  access: () => <To href={paths.approvals()}>Open the approvals</To>,
  limits: policy,
  audit: record,
  stop: ({ incidentId }) => incidentId && <To href={paths.incident(incidentId)}>Open the rollback</To>,
}

function To({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href} className="inline-flex min-h-8 items-center underline underline-offset-2">
      {children}
    </Link>
  )
}
