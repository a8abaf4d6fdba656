'use client'
import { useState } from 'react'
import { toast } from 'sonner'
import { Button } from '#components/ui/Button.tsx'
import { Dialog } from '#components/ui/Dialog.tsx'
import { Field, TextInput } from '#components/ui/Field.tsx'
import { RefusalText } from '#components/ui/RefusalText.tsx'
import { useAct } from '#components/ui/useAct.ts'
import { changeRoles, disable, enable, endSessions, renewLink, setSlackUser } from '#lib/actions/people.ts'
import type { Refusal } from '#lib/actions/refusal.ts'
import type { Role, RoleGrant } from '#lib/domain/actor.ts'
import type { PersonLine } from '#lib/views/people.ts'
import { OneTimeLink } from './OneTimeLink.tsx'
import { RolesEditor } from './RolesEditor.tsx'
import { grantName, roleWords } from './roleWords.ts'

export interface PersonDialogProps {
  readonly person: PersonLine
  readonly agents: readonly string[]
  readonly onClose: () => void
}

/** What an administrator can do about one person. Each act says what came of it, here. */
export function PersonDialog({ person, agents, onClose }: PersonDialogProps) {
  const [link, setLink] = useState<string | null>(null)
  const { pending, refusal, run } = useAct(async (act: () => Promise<Refusal | null>, done: string) => {
    const refused = await act()
    if (refused) return refused
    toast.success(done)
    onClose()
    return null
  })
  const newLink = useAct(async () => {
    const made = await renewLink(person.personId)
    if (!made.ok) return made.refusal
    setLink(made.link)
    return null
  })
  const act = (verb: (personId: string) => Promise<Refusal | null>, done: string) =>
    void run(() => verb(person.personId), done)
  const disabled = person.state === 'disabled'

  return (
    <Dialog open onOpenChange={onClose} title={person.name} description={person.email}>
      {link ? (
        <OneTimeLink link={link} name={person.name} />
      ) : (
        <>
          <Roles
            person={person}
            agents={agents}
            pending={pending}
            save={(grants) => void run(() => changeRoles(person.personId, grants), 'Roles changed')}
          />
          <SlackAccount
            person={person}
            pending={pending}
            save={(id) =>
              void run(
                () => setSlackUser(person.personId, id),
                id === null ? 'No Slack account any more' : 'Slack account entered',
              )
            }
          />
          <RefusalText className="mt-4" refusal={refusal ?? newLink.refusal} />
          <div className="mt-5 grid gap-2 border-t border-line pt-4 sm:grid-cols-2">
            {person.signsInWith !== 'oidc' && !disabled && (
              <Button aria-disabled={newLink.pending} onClick={() => void newLink.run()}>
                Make a new sign-in link
              </Button>
            )}
            {person.openSessions > 0 && (
              <Button
                aria-disabled={pending}
                onClick={() => act(endSessions, `${person.name} is signed out everywhere`)}
              >
                Sign out everywhere
              </Button>
            )}
            {disabled ? (
              <Button aria-disabled={pending} onClick={() => act(enable, `${person.name} is enabled`)}>
                Enable {person.name}
              </Button>
            ) : (
              <Button
                variant="danger"
                aria-disabled={pending}
                onClick={() => act(disable, `${person.name} is disabled`)}
              >
                Disable {person.name}
              </Button>
            )}
          </div>
          {!disabled && (
            <p className="mt-2 text-xs text-ink-3">
              Disabling ends every session at its next request. It can be undone; roles are kept.
            </p>
          )}
        </>
      )}
    </Dialog>
  )
}

function Roles({
  person,
  agents,
  pending,
  save,
}: {
  person: PersonLine
  agents: readonly string[]
  pending: boolean
  save: (grants: readonly RoleGrant[]) => void
}) {
  const given = person.grants.filter(({ source }) => source === 'panel')
  const byGroups = person.grants.filter(({ source }) => source === 'oidc')
  const before = given.flatMap(({ role, agent }) => (isRole(role) ? [{ role, agent }] : []))
  const [grants, setGrants] = useState<readonly RoleGrant[]>(before)
  const words = (some: readonly RoleGrant[]) => [...new Set(some.map(grantName))].sort().join(', ') || 'none'
  const changed = words(before) !== words(grants)
  return (
    <div className="mt-4 grid gap-3">
      <RolesEditor grants={grants} agents={agents} onChange={setGrants} />
      {byGroups.length > 0 && (
        <p className="text-sm text-ink-2">
          By their groups, and not changed here: {byGroups.map(grantName).join(', ')}.
        </p>
      )}
      {changed && (
        <p className="text-sm text-ink-2">
          {words(before)} → <b className="font-[560] text-ink">{words(grants)}</b>, from their next request
          on.
        </p>
      )}
      <Button
        variant="primary"
        size="lg"
        aria-disabled={!changed || pending}
        onClick={() => changed && save(grants)}
      >
        {pending ? 'Working…' : 'Change roles'}
      </Button>
      {!changed && <span className="text-xs text-ink-3">Nothing is changed yet</span>}
    </div>
  )
}

/** Their presses in Slack count as theirs from then on; their roles are asked at each. */
function SlackAccount({
  person,
  pending,
  save,
}: {
  person: PersonLine
  pending: boolean
  save: (slackUserId: string | null) => void
}) {
  const before = person.slackUserId ?? ''
  const [given, setGiven] = useState(before)
  const changed = given.trim() !== before
  return (
    <form
      className="mt-5 grid gap-2 border-t border-line pt-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (changed && !pending) save(given.trim() || null)
      }}
    >
      <Field
        label="Slack account"
        hint="The member ID from their Slack profile, as in U012ABCDEF. Empty: none."
      >
        <TextInput value={given} onChange={({ target }) => setGiven(target.value)} className="mono" />
      </Field>
      <Button type="submit" aria-disabled={!changed || pending}>
        Save the Slack account
      </Button>
    </form>
  )
}

function isRole(name: string): name is Role {
  return Object.hasOwn(roleWords, name)
}
