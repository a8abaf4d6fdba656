'use client'
import { Ban, Clock, UserPlus } from 'lucide-react'
import { useState } from 'react'
import { PageTitle } from '#components/shell/Page.tsx'
import { RelativeTime } from '#components/time/RelativeTime.tsx'
import { Button } from '#components/ui/Button.tsx'
import { Card } from '#components/ui/Card.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { Table, Td, Th } from '#components/ui/Table.tsx'
import type { PeopleView, PersonLine } from '#lib/views/people.ts'
import { InviteDialog } from './InviteDialog.tsx'
import { PersonDialog } from './PersonDialog.tsx'
import { grantName } from './roleWords.ts'

/** Who has an account, what they may do, and the ways to change both. */
export function PeopleScreen({ view }: { view: PeopleView }) {
  const [inviting, setInviting] = useState(false)
  const [chosen, setChosen] = useState<string | null>(null)
  const person = view.people.find(({ personId }) => personId === chosen)
  const active = view.people.filter(({ state }) => state === 'active').length
  return (
    <>
      <PageTitle
        title="People"
        lede={active === 1 ? 'One person can sign in.' : `${active} people can sign in.`}
        aside={
          <Button variant="primary" onClick={() => setInviting(true)}>
            <UserPlus aria-hidden />
            Invite a person
          </Button>
        }
      />
      <Card>
        <Table caption="People">
          <thead>
            <tr>
              <Th>Person</Th>
              <Th>Roles</Th>
              <Th className="max-sm:hidden">Last seen</Th>
              <Th right>
                <span className="sr-only">Acts</span>
              </Th>
            </tr>
          </thead>
          <tbody>
            {view.people.map((line) => (
              <Row key={line.personId} line={line} manage={() => setChosen(line.personId)} />
            ))}
          </tbody>
        </Table>
      </Card>
      {inviting && <InviteDialog agents={view.agents} onClose={() => setInviting(false)} />}
      {person && <PersonDialog person={person} agents={view.agents} onClose={() => setChosen(null)} />}
    </>
  )
}

function Row({ line, manage }: { line: PersonLine; manage: () => void }) {
  const roles = [...new Set(line.grants.map(grantName))]
  return (
    <tr className="hover:transition-colors hover:bg-sunken">
      <Td>
        <span className="flex flex-wrap items-center gap-x-2">
          <b className="font-semibold">{line.name}</b>
          {line.isYou && <span className="text-xs text-ink-3">you</span>}
          {line.state === 'invited' && (
            <StateChip tone="hold" icon={Clock}>
              {line.linkUntil ? 'Invited' : 'Link is over'}
            </StateChip>
          )}
          {line.state === 'disabled' && (
            <StateChip tone="stop" icon={Ban}>
              Disabled
            </StateChip>
          )}
        </span>
        <div className="text-xs [overflow-wrap:anywhere] text-ink-3">{line.email}</div>
      </Td>
      <Td>
        {roles.length === 0 ? (
          <span className="text-ink-3">none: signs in and sees nothing</span>
        ) : (
          <span className="flex flex-wrap gap-1">
            {roles.map((role) => (
              <span key={role} className="rounded-md bg-sunken px-[7px] text-xs leading-5 whitespace-nowrap">
                {role}
              </span>
            ))}
          </span>
        )}
      </Td>
      <Td className="whitespace-nowrap max-sm:hidden">
        {line.lastSeenAt ? (
          <>
            <RelativeTime at={line.lastSeenAt} />
            <div className="text-xs text-ink-3">
              {line.openSessions === 1 ? '1 open session' : `${line.openSessions} open sessions`}
            </div>
          </>
        ) : (
          <span className="text-ink-3">never</span>
        )}
      </Td>
      <Td right>
        <Button size="sm" onClick={manage} aria-label={`Manage ${line.name}`}>
          Manage
        </Button>
      </Td>
    </tr>
  )
}
