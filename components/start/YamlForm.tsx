'use client'
import { FileUp, Rocket } from 'lucide-react'
import { type ChangeEvent, type FormEvent, useRef } from 'react'
import { Button, buttonClass } from '#components/ui/Button.tsx'
import { Field, TextArea } from '#components/ui/Field.tsx'
import { RefusalText } from '#components/ui/RefusalText.tsx'
import { useAct } from '#components/ui/useAct.ts'
import type { Refusal } from '#lib/actions/refusal.ts'
import type { GivenDocument, ReadDocument } from '#lib/actions/rollout.ts'
import { ErrorList } from './ErrorList.tsx'
import { Notes } from './Notes.tsx'
import { PolicySummary } from './PolicySummary.tsx'
import { useReading } from './useReading.ts'

export interface YamlFormProps {
  readonly agent: string
  readonly text: string
  readonly onChange: (text: string) => void
  readonly onStart: (document: GivenDocument) => Promise<Refusal | null>
}

/** The document itself, read as it is typed. */
export function YamlForm({ agent, text, onChange, onStart }: YamlFormProps) {
  const area = useRef<HTMLTextAreaElement>(null)
  const { pending, refusal, run } = useAct(onStart)
  const read = useReading(text, agent)
  const errors = read && !read.ok ? read.errors : []

  const submit = (event: FormEvent) => {
    event.preventDefault()
    void run({ yaml: text })
  }
  const upload = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0]
    if (file) onChange(await file.text())
    event.target.value = ''
  }
  const goTo = (line: number) => {
    const lines = text.split('\n')
    const start = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0)
    area.current?.focus()
    area.current?.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0))
  }

  return (
    <form onSubmit={submit} aria-label="Start a rollout from YAML" className="grid max-w-[52rem] gap-4">
      <Field
        label="Rollout document"
        hint="What it leaves out is as in the policy in force, and shown below."
      >
        <TextArea
          ref={area}
          rows={16}
          spellCheck={false}
          autoCapitalize="off"
          value={text}
          aria-invalid={errors.length > 0}
          onChange={(event) => onChange(event.target.value)}
          className="font-mono text-sm! leading-relaxed [font-variant-ligatures:none]"
        />
      </Field>
      <label
        className={`${buttonClass({ size: 'sm' })} w-fit has-focus-visible:outline-2 has-focus-visible:outline-candidate`}
      >
        <FileUp aria-hidden />
        Read a file
        <input type="file" accept=".yaml,.yml,application/yaml" onChange={upload} className="sr-only" />
      </label>
      <ErrorList errors={errors} onLine={goTo} />
      {read?.ok && <Reading read={read} />}
      <RefusalText refusal={refusal && errors.length > 0 ? null : refusal} />
      <div>
        <Button type="submit" variant="primary" size="lg" aria-disabled={pending}>
          <Rocket aria-hidden />
          {pending ? 'Starting…' : 'Start the rollout'}
        </Button>
      </div>
    </form>
  )
}

function Reading({ read }: { read: Extract<ReadDocument, { ok: true }> }) {
  return (
    <>
      <Notes notes={read.notes} />
      <PolicySummary policy={read.policy} />
    </>
  )
}
