'use client'
import { KeyRound } from 'lucide-react'
import { type FormEvent, useId } from 'react'
import { Button } from '#components/ui/Button.tsx'
import { Field, TextInput } from '#components/ui/Field.tsx'
import { RefusalText } from '#components/ui/RefusalText.tsx'
import { Snippet } from '#components/ui/Snippet.tsx'
import { useAct } from '#components/ui/useAct.ts'
import { connectAgent } from '#lib/actions/connect.ts'
import { agentNamePattern, versionNamePattern } from '#lib/domain/name.ts'
import { patternOf } from './patternOf.ts'

export interface Named {
  readonly agent: string
  readonly version: string
}

export interface NameStepProps {
  readonly named: Named | null
  readonly token: string | null
  readonly known: readonly string[]
  readonly whyNotToken: string | null
  readonly onNamed: (named: Named) => void
  readonly onToken: (named: Named, token: string) => void
}

/** Names the agent and its version, and makes the token; who may not make one goes on with one they were given. */
export function NameStep({ named, token, known, whyNotToken, onNamed, onToken }: NameStepProps) {
  const listId = useId()
  const whyId = useId()
  const { pending, refusal, run } = useAct(async (given: Named) => {
    const made = await connectAgent(given.agent)
    if (!made.ok) return made.refusal
    onToken(given, made.token)
    return null
  })
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    const next = { agent: String(given.get('agent')), version: String(given.get('version')) }
    if (whyNotToken) onNamed(next)
    else await run(next)
  }
  if (token && named) return <TokenMade token={token} agent={named.agent} />
  return (
    <form method="post" onSubmit={submit} className="grid gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Agent"
          hint="A new name, or one that is registered. Lower-case letters, digits, “.”, “_”, “-”"
        >
          <TextInput
            name="agent"
            list={listId}
            defaultValue={named?.agent ?? ''}
            placeholder="support-agent"
            pattern={patternOf(agentNamePattern)}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            required
          />
        </Field>
        <Field label="The version that runs now" hint="As you release it: 2.3.3, a date, a commit">
          <TextInput
            name="version"
            defaultValue={named?.version ?? '1.0.0'}
            pattern={patternOf(versionNamePattern)}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            required
          />
        </Field>
        <datalist id={listId}>
          {known.map((agent) => (
            <option key={agent} value={agent}>
              {agent}
            </option>
          ))}
        </datalist>
      </div>
      <RefusalText refusal={refusal} />
      <div className="flex flex-col gap-2 sm:flex-row sm:items-center">
        <Button
          type="submit"
          variant="primary"
          size="lg"
          aria-disabled={pending}
          aria-describedby={whyNotToken ? whyId : undefined}
        >
          {!whyNotToken && <KeyRound aria-hidden />}
          {labelOf(pending, whyNotToken !== null, named !== null)}
        </Button>
        <span id={whyId} className="text-sm text-ink-3">
          {whyNotToken ??
            'For this agent alone: it sends runs and asks for the version. It ends after 90 days.'}
        </span>
      </div>
    </form>
  )
}

function labelOf(pending: boolean, isWithoutToken: boolean, isAgain: boolean): string {
  if (pending) return 'Making the token…'
  if (isWithoutToken) return 'Show the snippets'
  return isAgain ? 'Make another token' : 'Register agent and make token'
}

function TokenMade({ token, agent }: { token: string; agent: string }) {
  return (
    <>
      <Snippet label={`The token of ${agent}`} text={token} />
      <p className="text-sm text-ink-2">
        Put it where your secrets are: it is shown this once, and stands in the snippets below as long as this
        page is open. It can be rotated and revoked at API tokens.
      </p>
    </>
  )
}
