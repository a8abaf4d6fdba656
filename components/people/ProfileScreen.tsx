'use client'
import { LogOut, MonitorSmartphone } from 'lucide-react'
import { type FormEvent, useRef } from 'react'
import { toast } from 'sonner'
import { SingleKeysSetting } from '#components/keys/SingleKeysSetting.tsx'
import { PageTitle } from '#components/shell/Page.tsx'
import { RelativeTime } from '#components/time/RelativeTime.tsx'
import { ActButton } from '#components/ui/ActButton.tsx'
import { Button } from '#components/ui/Button.tsx'
import { Section } from '#components/ui/Card.tsx'
import { Field, TextInput } from '#components/ui/Field.tsx'
import { KeyValue, KeyValues } from '#components/ui/KeyValues.tsx'
import { RefusalText } from '#components/ui/RefusalText.tsx'
import { useAct } from '#components/ui/useAct.ts'
import { changePassword, endOwnSessions } from '#lib/actions/people.ts'
import { paths } from '#lib/paths.ts'
import type { ProfileView, SessionLine } from '#lib/views/profile.ts'
import { browserWords } from './browserWords.ts'
import { grantName } from './roleWords.ts'

/** One's own account: what one may do, the password, and the browsers that are signed in. */
export function ProfileScreen({ view }: { view: ProfileView }) {
  return (
    <>
      <PageTitle title={view.name} lede={view.email} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <div className="grid gap-4">
          <Section title="What you may do">
            <KeyValues>
              {view.grants.map((grant) => (
                <KeyValue key={`${grantName(grant)} ${grant.source}`} term={grantName(grant)}>
                  {grant.source === 'oidc' ? 'by your groups' : `given by ${grant.givenBy}`}
                </KeyValue>
              ))}
            </KeyValues>
            {view.grants.length === 0 && (
              <p className="px-4 pb-4 text-sm text-ink-2">Nothing: an administrator can give you a role.</p>
            )}
          </Section>
          {view.hasPassword && <Password />}
          <Section title="Keyboard">
            <div className="px-4 pb-3">
              <SingleKeysSetting />
              <p className="text-sm text-ink-2">
                Keys without ⌘ or Ctrl, as <kbd>j</kbd>, <kbd>/</kbd> and <kbd>?</kbd>, look and go; none of
                them changes anything. Switch them off where you dictate to your computer.
              </p>
            </div>
          </Section>
        </div>
        <Sessions sessions={view.sessions} />
      </div>
    </>
  )
}

function Password() {
  const form = useRef<HTMLFormElement>(null)
  const { pending, refusal, run } = useAct(changePassword)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const password = String(new FormData(event.currentTarget).get('password'))
    if (!(await run(password))) return
    form.current?.reset()
    toast.success('Password changed; your other browsers are signed out')
  }
  return (
    <Section title="Password">
      <form ref={form} method="post" onSubmit={submit} className="grid gap-3 px-4 pt-2 pb-4">
        <Field label="New password" hint="At least 12 characters. Your other browsers are signed out.">
          <TextInput name="password" type="password" autoComplete="new-password" minLength={12} required />
        </Field>
        <RefusalText refusal={refusal} />
        <Button type="submit" aria-disabled={pending} className="justify-self-start">
          {pending ? 'Changing…' : 'Change password'}
        </Button>
      </form>
    </Section>
  )
}

function Sessions({ sessions }: { sessions: readonly SessionLine[] }) {
  const leave = async () => {
    const refused = await endOwnSessions()
    if (!refused) globalThis.location.assign(paths.signIn())
    return refused
  }
  return (
    <Section title="Where you are signed in">
      <ul className="px-4 pt-1">
        {sessions.map((session) => (
          <li
            key={session.sessionId}
            className="flex items-center gap-3 border-b border-line py-2.5 text-sm last:border-0"
          >
            <MonitorSmartphone aria-hidden className="size-4 shrink-0 text-ink-3" />
            <div className="min-w-0 flex-1">
              <div className="font-medium">
                {browserWords(session.browser)}
                {session.isThis && <span className="font-normal text-ink-3"> · this browser</span>}
              </div>
              <div className="text-xs text-ink-3">
                {session.address && `${session.address} · `}seen <RelativeTime at={session.lastSeenAt} />
              </div>
            </div>
            {!session.isThis && (
              <ActButton
                label="End session"
                size="sm"
                whyNot={null}
                act={() => endOwnSessions(session.sessionId)}
                done="That browser is signed out"
              />
            )}
          </li>
        ))}
      </ul>
      <div className="border-t border-line p-4">
        <ActButton
          className="items-start"
          label="Sign out everywhere"
          icon={LogOut}
          whyNot={null}
          act={leave}
          confirm={{
            title: 'Sign out everywhere?',
            effect: 'Every browser in which you are signed in has to sign in again, this one too.',
          }}
        />
      </div>
    </Section>
  )
}
