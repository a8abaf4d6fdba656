'use client'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Inbox, Send } from 'lucide-react'
import { useState } from 'react'
import { PageTitle } from '#components/shell/Page.tsx'
import { ActButton } from '#components/ui/ActButton.tsx'
import { Button } from '#components/ui/Button.tsx'
import { Card, Section } from '#components/ui/Card.tsx'
import { EmptyState } from '#components/ui/EmptyState.tsx'
import { KeyValue, KeyValues } from '#components/ui/KeyValues.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { Table, Th } from '#components/ui/Table.tsx'
import { sendTestAlert } from '#lib/actions/alerts.ts'
import { alertsQuery } from '#lib/queries/readiness.ts'
import type { AlertsView } from '#lib/views/alerts.ts'
import { Routes } from './Routes.tsx'
import { OutboxRow } from './OutboxRow.tsx'

/** Where alerts go, a message that proves it, and every message that is owed or was. */
export function AlertsScreen({ initial }: { initial: AlertsView }) {
  const [before, setBefore] = useState<string | null>(null)
  const { data: view = initial } = useQuery({
    ...alertsQuery(before),
    ...(before === null ? { initialData: initial } : {}),
    placeholderData: keepPreviousData,
  })
  return (
    <>
      <PageTitle
        title="Alerts"
        lede={`${view.queued} on their way, ${view.notSent} not sent.`}
        aside={
          <ActButton
            label="Send a test message"
            icon={Send}
            variant="primary"
            whyNot={null}
            act={() => sendTestAlert(null)}
            done="The test message is on its way"
          />
        }
      />
      <div className="grid gap-4">
        <Slack view={view} />
        <Routes view={view} />
        <Outbox view={view} />
        <div className="flex gap-2">
          {before !== null && <Button onClick={() => setBefore(null)}>Show the newest</Button>}
          {view.older !== null && <Button onClick={() => setBefore(view.older)}>Show older ones</Button>}
        </div>
      </div>
    </>
  )
}

function Slack({ view: { slack, channels } }: { view: AlertsView }) {
  return (
    <Section title="Slack">
      <KeyValues>
        <KeyValue term="Bot token">
          {slack.isConfigured ? (
            <StateChip tone="allow">set</StateChip>
          ) : (
            <StateChip tone="hold">not set: SWITCHBACK_SLACK_TOKEN</StateChip>
          )}
        </KeyValue>
        <KeyValue term="Channel">{slack.channel ?? 'not set: SWITCHBACK_SLACK_CHANNEL'}</KeyValue>
        {channels.map(({ agent, channel }) => (
          <KeyValue key={agent} term={agent}>
            {channel}
          </KeyValue>
        ))}
      </KeyValues>
    </Section>
  )
}

function Outbox({ view }: { view: AlertsView }) {
  return (
    <Card>
      {view.messages.length === 0 ? (
        <EmptyState icon={Inbox} title="No message yet">
          Send a test message to see whether alerts arrive.
        </EmptyState>
      ) : (
        <Table caption="Outbox">
          <thead>
            <tr>
              <Th>Message</Th>
              <Th>State</Th>
              <Th right>Tries</Th>
              <Th className="max-md:hidden">Owed since</Th>
              <Th right>
                <span className="sr-only">Acts</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {view.messages.map((line) => (
              <OutboxRow key={line.deliveryId} line={line} />
            ))}
          </tbody>
        </Table>
      )}
    </Card>
  )
}
