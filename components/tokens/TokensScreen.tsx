'use client'
import { Ban, Clock, KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import { PageTitle } from '#components/shell/Page.tsx'
import { RelativeTime } from '#components/time/RelativeTime.tsx'
import { ActButton } from '#components/ui/ActButton.tsx'
import { Button } from '#components/ui/Button.tsx'
import { Card } from '#components/ui/Card.tsx'
import { EmptyState } from '#components/ui/EmptyState.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { Table, Td, Th } from '#components/ui/Table.tsx'
import { revokeToken } from '#lib/actions/tokens.ts'
import type { TokenLine, TokensView } from '#lib/views/tokens.ts'
import { CreateTokenDialog } from './CreateTokenDialog.tsx'
import { RotateTokenDialog } from './RotateTokenDialog.tsx'

/** The tokens of pipelines and agents: what each is for, whether it is used, and the ways to end it. */
export function TokensScreen({ view }: { view: TokensView }) {
  const [creating, setCreating] = useState(false)
  const [rotating, setRotating] = useState<TokenLine | null>(null)
  const good = view.tokens.filter(({ state }) => state === 'active' || state === 'ending').length
  return (
    <>
      <PageTitle
        title="API tokens"
        lede={good === 1 ? 'One token is good.' : `${good} tokens are good.`}
        aside={
          <Button variant="primary" onClick={() => setCreating(true)}>
            <Plus aria-hidden />
            Create a token
          </Button>
        }
      />
      <Card>
        {view.tokens.length === 0 ? (
          <EmptyState icon={KeyRound} title="No token yet">
            Pipelines and agents show one at every request.
          </EmptyState>
        ) : (
          <Table caption="API tokens">
            <thead>
              <tr>
                <Th>Token</Th>
                <Th>For</Th>
                <Th className="max-md:hidden">Last used</Th>
                <Th className="max-md:hidden">Ends</Th>
                <Th right>
                  <span className="sr-only">Acts</span>
                </Th>
              </tr>
            </thead>
            <tbody>
              {view.tokens.map((line) => (
                <Row key={line.tokenId} line={line} rotate={() => setRotating(line)} />
              ))}
            </tbody>
          </Table>
        )}
      </Card>
      {creating && <CreateTokenDialog agents={view.agents} onClose={() => setCreating(false)} />}
      {rotating && <RotateTokenDialog line={rotating} onClose={() => setRotating(null)} />}
    </>
  )
}

function Row({ line, rotate }: { line: TokenLine; rotate: () => void }) {
  const isOver = line.state === 'expired' || line.state === 'revoked'
  return (
    <tr className="hover:transition-colors hover:bg-sunken">
      <Td>
        <span className="flex flex-wrap items-center gap-x-2">
          <b className="font-semibold">{line.name}</b>
          <TokenState line={line} />
        </span>
        <div className="mono text-xs text-ink-3">{line.prefix}…</div>
      </Td>
      <Td>
        <div>{line.scopes.join(', ')}</div>
        <div className="text-xs [overflow-wrap:anywhere] text-ink-3">
          {line.agents.includes('*') ? 'all agents' : line.agents.join(', ')}
        </div>
      </Td>
      <Td className="whitespace-nowrap max-md:hidden">
        {line.lastUsedAt ? <RelativeTime at={line.lastUsedAt} /> : <span className="text-ink-3">never</span>}
      </Td>
      <Td className="whitespace-nowrap max-md:hidden">
        {line.expiresAt ? (
          <time dateTime={line.expiresAt}>{line.expiresAt.slice(0, 16).replace('T', ' ')} UTC</time>
        ) : (
          <span className="text-ink-3">not by itself</span>
        )}
      </Td>
      <Td right>
        {!isOver && (
          <span className="inline-flex flex-wrap justify-end gap-1.5">
            {line.state === 'active' && (
              <Button size="sm" onClick={rotate} aria-label={`Rotate ${line.name}`}>
                Rotate
              </Button>
            )}
            <ActButton
              label="Revoke"
              size="sm"
              variant="outline"
              whyNot={null}
              act={() => revokeToken(line.tokenId)}
              done={`${line.name} is revoked`}
              confirm={{
                title: `Revoke ${line.name}?`,
                effect:
                  'Whoever uses it is refused at once, and loses open streams within five seconds. It cannot be undone.',
              }}
            />
          </span>
        )}
      </Td>
    </tr>
  )
}

function TokenState({ line }: { line: TokenLine }) {
  switch (line.state) {
    case 'active':
      return null
    case 'ending':
      return (
        <StateChip tone="hold" icon={Clock}>
          Rotated, ends soon
        </StateChip>
      )
    case 'expired':
      return (
        <StateChip tone="neutral" icon={Clock}>
          Expired
        </StateChip>
      )
    case 'revoked':
      return (
        <StateChip tone="stop" icon={Ban}>
          Revoked
        </StateChip>
      )
    default:
      return line.state satisfies never
  }
}
