'use client'
import { type FormEvent, useState } from 'react'
import { PageTitle } from '#components/shell/Page.tsx'
import { ActButton } from '#components/ui/ActButton.tsx'
import { Button } from '#components/ui/Button.tsx'
import { Section } from '#components/ui/Card.tsx'
import { Field, TextInput } from '#components/ui/Field.tsx'
import { Mono } from '#components/ui/Mono.tsx'
import { RefusalText } from '#components/ui/RefusalText.tsx'
import { say } from '#components/ui/say.ts'
import { useAct } from '#components/ui/useAct.ts'
import { setTraceUrl } from '#lib/actions/traces.ts'
import { traceLink, traceUrlFault } from '#lib/domain/traceUrl.ts'
import type { TracesView } from '#lib/views/traces.ts'

/** Where the panel's links to traces lead, tried on an example while it is typed. */
export function TracesScreen({ view }: { view: TracesView }) {
  const [typed, setTyped] = useState(view.template ?? '')
  const { pending, refusal, run } = useAct(async (template: string) => {
    const refused = await setTraceUrl(template)
    if (!refused) say('Links to traces lead there')
    return refused
  })
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    await run(typed)
  }
  return (
    <>
      <PageTitle
        title="Traces"
        lede="Switchback keeps what a run did and not what was said in it. With the address of your trace viewer, each run links to its trace there."
      />
      <div className="grid max-w-[54rem] grid-cols-[minmax(0,1fr)] gap-4">
        <Section title="Address of a trace">
          <form method="post" onSubmit={submit} className="grid gap-4 px-4 pt-2 pb-4">
            <Field
              label="Template"
              hint="{trace_id} is replaced by the id of the trace; {span_id}, {agent} and {version} by those of the run"
            >
              <TextInput
                name="template"
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
                autoComplete="off"
                spellCheck={false}
                required
                maxLength={2000}
                placeholder="https://traces.example/trace/{trace_id}?span={span_id}"
              />
            </Field>
            <Example template={typed.trim()} />
            <RefusalText refusal={refusal} />
            <div className="flex flex-wrap gap-2">
              <Button type="submit" variant="primary" aria-disabled={pending}>
                {pending ? 'Saving…' : 'Save'}
              </Button>
              {view.template !== null && (
                <ActButton
                  label="Remove the links"
                  variant="ghost"
                  whyNot={null}
                  act={async () => {
                    const refused = await setTraceUrl(null)
                    if (!refused) setTyped('')
                    return refused
                  }}
                  done="Runs have no link to their trace any more"
                />
              )}
            </div>
          </form>
        </Section>
      </div>
    </>
  )
}

const example = {
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'eee19b7ec3c1b174',
  agent: 'support-agent',
  version: '2.4.0',
}

function Example({ template }: { template: string }) {
  if (template === '') return null
  const fault = traceUrlFault(template)
  return (
    <p className="text-sm text-ink-2">
      {fault === null ? (
        <>
          A run would link to <Mono className="text-xs break-all">{traceLink(template, example)}</Mono>
        </>
      ) : (
        <>Expected {fault}.</>
      )}
    </p>
  )
}
