'use client'
import type { FormEvent } from 'react'
import { Button } from '#components/ui/Button.tsx'
import { Field, TextInput } from '#components/ui/Field.tsx'
import { RefusalText } from '#components/ui/RefusalText.tsx'
import { say } from '#components/ui/say.ts'
import { useAct } from '#components/ui/useAct.ts'
import type { Refusal } from '#lib/actions/refusal.ts'
import { versionNamePattern } from '#lib/domain/name.ts'
import { patternOf } from './patternOf.ts'

export interface VersionFormProps {
  /** Verb and object. */
  readonly label: string
  /** The version that it is about; null: it is named here. */
  readonly version: string | null
  readonly asksContent: boolean
  readonly asksReason: boolean
  readonly act: (given: GivenVersion) => Promise<Refusal | null>
  readonly done: string
}

export interface GivenVersion {
  readonly version: string
  /** Null where it was not asked for. */
  readonly manifest: Readonly<Record<string, string>> | null
  readonly reason: string
}

/** Says what a version is made of, and why it is fit, in a few words. A pipeline says all of it by the API. */
export function VersionForm({ label, version, asksContent, asksReason, act, done }: VersionFormProps) {
  const { pending, refusal, run } = useAct(act)
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const given = new FormData(form)
    const text = (name: string) => String(given.get(name) ?? '').trim()
    const parts = Object.entries({ model: text('model'), codeRevision: text('codeRevision') })
    const asked = {
      version: version ?? text('version'),
      manifest: asksContent ? Object.fromEntries(parts.filter(([, value]) => value !== '')) : null,
      reason: text('reason'),
    }
    if (!(await run(asked))) return
    say(done.replace('{version}', asked.version))
    form.reset()
  }
  return (
    <form method="post" onSubmit={submit} className="grid gap-3">
      <div className="grid gap-3 sm:grid-cols-3">
        {version === null && (
          <Field label="Version">
            <TextInput name="version" required pattern={patternOf(versionNamePattern)} autoComplete="off" />
          </Field>
        )}
        {asksContent && (
          <>
            <Field label="Code revision" hint="A commit, a tag, an image">
              <TextInput name="codeRevision" required autoComplete="off" spellCheck={false} />
            </Field>
            <Field label="Model" hint="If it has one of its own">
              <TextInput name="model" autoComplete="off" spellCheck={false} />
            </Field>
          </>
        )}
        {asksReason && (
          <Field label="Why it is fit to fall back to" hint="It stands in the record">
            <TextInput name="reason" required maxLength={2000} autoComplete="off" />
          </Field>
        )}
      </div>
      <RefusalText refusal={refusal} />
      <Button
        type="submit"
        variant="primary"
        size="lg"
        className="justify-self-start"
        aria-disabled={pending}
      >
        {pending ? 'Working…' : label}
      </Button>
    </form>
  )
}
