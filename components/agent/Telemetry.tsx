'use client'
import Link from 'next/link'
import { RelativeTime } from '#components/time/RelativeTime.tsx'
import { useNow } from '#components/time/TimeProvider.tsx'
import { Section } from '#components/ui/Card.tsx'
import { KeyValue, KeyValues } from '#components/ui/KeyValues.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { paths } from '#lib/paths.ts'
import { percent } from '#lib/domain/metric.ts'
import { defaultPolicy } from '#lib/domain/policy.ts'
import type { TelemetryHealth } from '#lib/views/agent.ts'
import { UncountedList } from './UncountedList.tsx'

/** From this share on, too much is not known to belong to a version. */
const unattributedMax = 0.05

/** Whether runs arrive, and whether they say which version they were of. */
export function Telemetry({ agent, health }: { agent: string; health: TelemetryHealth }) {
  const { lastRunAt, runsPerMinute, unattributedShare } = health
  return (
    <Section title="Telemetry">
      <KeyValues>
        <KeyValue term="State">
          <Arrival lastRunAt={lastRunAt} />
        </KeyValue>
        <KeyValue term="Last run">{lastRunAt ? <RelativeTime at={lastRunAt} /> : 'never'}</KeyValue>
        <KeyValue term="Runs a minute">{perMinute(runsPerMinute)}</KeyValue>
        <KeyValue term="Without a version">
          {unattributedShare === null ? '—' : <Unattributed share={unattributedShare} />}
        </KeyValue>
      </KeyValues>
      {health.uncounted.length > 0 && (
        <div className="grid gap-2 px-4 pt-1 pb-3.5">
          <h3 className="text-sm font-medium">Could not be counted</h3>
          <UncountedList uncounted={health.uncounted} />
        </div>
      )}
      <p className="px-4 pb-3.5 text-sm">
        <Link href={paths.settings.connect(agent)} className="underline underline-offset-2">
          {lastRunAt ? 'How it is connected' : 'Connect it'}
        </Link>
      </p>
    </Section>
  )
}

function Arrival({ lastRunAt }: { lastRunAt: string | null }) {
  const now = useNow()
  if (!lastRunAt) return <StateChip tone="neutral">no run yet</StateChip>
  const silent = now.getTime() - Date.parse(lastRunAt) > defaultPolicy.staleSeconds * 1000
  return silent ? <StateChip tone="hold">silent</StateChip> : <StateChip tone="allow">arriving</StateChip>
}

function Unattributed({ share }: { share: number }) {
  const words = percent(share)
  return share > unattributedMax ? <StateChip tone="hold">{words}</StateChip> : words
}

function perMinute(runs: number): string {
  return runs < 10 ? runs.toFixed(1) : Math.round(runs).toLocaleString('en')
}
