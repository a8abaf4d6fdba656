'use client'
import { Plus, Route } from 'lucide-react'
import { useState } from 'react'
import { RelativeTime } from '#components/time/RelativeTime.tsx'
import { ActButton } from '#components/ui/ActButton.tsx'
import { Button } from '#components/ui/Button.tsx'
import { Section } from '#components/ui/Card.tsx'
import { EmptyState } from '#components/ui/EmptyState.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { Table, Td, Th } from '#components/ui/Table.tsx'
import { removeAlertRoute, sendTestByRoute } from '#lib/actions/alerts.ts'
import type { AlertRouteLine, AlertsView } from '#lib/views/alerts.ts'
import { AddRouteDialog } from './AddRouteDialog.tsx'
import { RotateSecretDialog } from './RotateSecretDialog.tsx'
import { severityWords } from './severityWords.ts'

/** Where alerts go besides the channels above: by agent, by how grave they are, and when a channel does not take them. */
export function Routes({ view }: { view: AlertsView }) {
  const [adding, setAdding] = useState(false)
  const [rotating, setRotating] = useState<AlertRouteLine | null>(null)
  return (
    <Section
      title="More ways"
      aside={
        <Button size="sm" onClick={() => setAdding(true)}>
          <Plus aria-hidden />
          Add a way
        </Button>
      }
    >
      {view.routes.length === 0 ? (
        <EmptyState icon={Route} title="Every alert goes to the channels above">
          Add a team’s channel, a webhook, or a second channel for when Slack does not answer.
        </EmptyState>
      ) : (
        <Table caption="More ways for alerts">
          <thead>
            <tr>
              <Th>To</Th>
              <Th>Takes</Th>
              <Th right>
                <span className="sr-only">Acts</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {view.routes.map((line) => (
              <Row key={line.routeId} line={line} rotate={() => setRotating(line)} />
            ))}
          </tbody>
        </Table>
      )}
      {adding && <AddRouteDialog agents={view.agents} onClose={() => setAdding(false)} />}
      {rotating && <RotateSecretDialog line={rotating} onClose={() => setRotating(null)} />}
    </Section>
  )
}

function Row({ line, rotate }: { line: AlertRouteLine; rotate: () => void }) {
  return (
    <tr className="hover:transition-colors hover:bg-sunken">
      <Td>
        <span className="flex flex-wrap items-center gap-x-2">
          <b className="font-semibold [overflow-wrap:anywhere]">{line.to}</b>
          <StateChip tone="neutral">{line.messenger === 'webhook' ? 'webhook' : 'Slack'}</StateChip>
        </span>
        {line.mention && <div className="mono text-xs text-ink-3">calls {line.mention}</div>}
        {line.overlapEndsAt && (
          <div className="text-xs text-ink-3">
            signed with two secrets until <RelativeTime at={line.overlapEndsAt} />
          </div>
        )}
      </Td>
      <Td>
        <div>{severityWords[line.severity]}</div>
        <div className="text-xs text-ink-3">
          {line.agent === '*' ? 'of every agent' : `of ${line.agent}`}
          {line.use === 'after_failures' && ', when its own channel does not take it'}
        </div>
      </Td>
      <Td right>
        <div className="flex flex-wrap justify-end gap-1.5">
          <ActButton
            label="Test"
            size="sm"
            whyNot={null}
            act={() => sendTestByRoute(line.routeId)}
            done="The test message is on its way"
          />
          {line.messenger === 'webhook' && (
            <Button size="sm" onClick={rotate}>
              Rotate secret
            </Button>
          )}
          <ActButton
            label="Remove"
            size="sm"
            variant="ghost"
            whyNot={null}
            act={() => removeAlertRoute(line.routeId)}
            confirm={{
              title: 'Remove this way?',
              effect: `Alerts do not go to ${line.to} any more. What is still owed to it is not sent.`,
            }}
            done="The way is removed"
          />
        </div>
      </Td>
    </tr>
  )
}
