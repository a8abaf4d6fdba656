'use client'
import type { FormEvent } from 'react'
import { Moment } from '#components/time/RelativeTime.tsx'
import { Button } from '#components/ui/Button.tsx'
import { Section } from '#components/ui/Card.tsx'
import { Field, TextArea } from '#components/ui/Field.tsx'
import { RefusalText } from '#components/ui/RefusalText.tsx'
import { useAct } from '#components/ui/useAct.ts'
import { note } from '#lib/actions/incident.ts'
import type { IncidentView } from '#lib/views/incident.ts'

/** What people write down as they go. Notes are only ever added. */
export function Notes({ view }: { view: IncidentView }) {
  const { pending, refusal, run } = useAct((text: string) => note(view.id, text))
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const text = String(new FormData(form).get('note') ?? '')
    if (pending || view.whyNotReview || text.trim() === '') return
    if (await run(text)) form.reset()
  }
  return (
    <Section title="Notes">
      <div className="grid gap-3 px-4 pt-2 pb-4">
        {view.notes.length > 0 && (
          <ol className="grid gap-2.5">
            {view.notes.map((each) => (
              <li key={each.id}>
                <p className="text-xs text-ink-3">
                  {each.by}, <Moment at={each.at} />
                </p>
                <p className="break-words whitespace-pre-wrap">{each.text}</p>
              </li>
            ))}
          </ol>
        )}
        <form method="post" onSubmit={submit} aria-label="Add a note" className="grid gap-2">
          <Field label="Note" hint={view.whyNotReview ?? undefined}>
            <TextArea name="note" rows={2} maxLength={10_000} readOnly={view.whyNotReview !== null} />
          </Field>
          <RefusalText refusal={refusal} />
          <div>
            <Button type="submit" aria-disabled={pending || view.whyNotReview !== null}>
              {pending ? 'Adding…' : 'Add the note'}
            </Button>
          </div>
        </form>
      </div>
    </Section>
  )
}
