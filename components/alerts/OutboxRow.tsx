'use client'
import Link from 'next/link'
import { RelativeTime } from '#components/time/RelativeTime.tsx'
import { ActButton } from '#components/ui/ActButton.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { Td } from '#components/ui/Table.tsx'
import { retryDelivery } from '#lib/actions/alerts.ts'
import { paths } from '#lib/paths.ts'
import type { OutboxLine } from '#lib/views/alerts.ts'

const kindWords: Readonly<Record<string, string>> = {
  rollback_triggered: 'Rollback',
  switch_applied: 'Switch in force',
  recovery: 'Verdict on recovery',
  guard_silent: 'Guard silent',
  guard_back: 'Guard back',
  switch_expired: 'Kill switch expired',
  checkpoint: 'Checkpoint',
  test: 'Test message',
}

/** One message: what it is about, whether it arrived, and the way to send again what did not. */
export function OutboxRow({ line }: { line: OutboxLine }) {
  const what = kindWords[line.kind] ?? line.kind.replaceAll('_', ' ')
  return (
    <tr className="hover:transition-colors hover:bg-sunken">
      <Td>
        <b className="font-semibold">{what}</b>
        <div className="text-xs [overflow-wrap:anywhere] text-ink-3">
          {line.agent ?? 'the installation'}
          {line.channel && ` · ${line.channel}`}
          {line.incidentId && (
            <>
              {' · '}
              <Link href={paths.incident(line.incidentId)} className="underline underline-offset-2">
                incident
              </Link>
            </>
          )}
        </div>
      </Td>
      <Td>
        <State status={line.status} />
        {line.lastError && line.status !== 'sent' && (
          <div className="max-w-96 text-xs [overflow-wrap:anywhere] text-ink-2">{line.lastError}</div>
        )}
      </Td>
      <Td right>{line.attempts}</Td>
      <Td className="whitespace-nowrap max-md:hidden">
        <RelativeTime at={line.createdAt} />
      </Td>
      <Td right>
        {line.status === 'not_sent' && (
          <ActButton
            label="Send again"
            size="sm"
            whyNot={null}
            act={() => retryDelivery(line.deliveryId)}
            done="The message is on its way again"
          />
        )}
      </Td>
    </tr>
  )
}

function State({ status }: { status: OutboxLine['status'] }) {
  switch (status) {
    case 'queued':
      return <StateChip tone="hold">on its way</StateChip>
    case 'sent':
      return <StateChip tone="allow">sent</StateChip>
    case 'not_sent':
      return <StateChip tone="stop">not sent</StateChip>
    default:
      return status satisfies never
  }
}
