'use client'
import { FileDown } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { Moment } from '#components/time/RelativeTime.tsx'
import { Banner } from '#components/ui/Banner.tsx'
import { Button, buttonClass } from '#components/ui/Button.tsx'
import { Section } from '#components/ui/Card.tsx'
import { Field, Select, TextArea } from '#components/ui/Field.tsx'
import { RefusalText } from '#components/ui/RefusalText.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { say } from '#components/ui/say.ts'
import type { Tone } from '#components/ui/tone.ts'
import { useAct } from '#components/ui/useAct.ts'
import { type Review, review } from '#lib/actions/incident.ts'
import { causes, causeWords, type StopVerdict, stopVerdicts } from '#lib/domain/review.ts'
import { paths } from '#lib/paths.ts'
import type { IncidentView } from '#lib/views/incident.ts'

const verdictWords: Record<StopVerdict, string> = {
  right: 'Right: it was needed, and in time',
  late: 'Late: it was needed, and came too late',
  wrong: 'Wrong: nothing was the matter with the candidate',
}
const verdictTones: Record<StopVerdict, Tone> = { right: 'allow', late: 'hold', wrong: 'stop' }

/** What people say of the stop: the newest review, those before it, and the form for another. */
export function ReviewCard({ view }: { view: IncidentView }) {
  const [writing, setWriting] = useState(false)
  const [newest, ...older] = view.reviews
  return (
    <Section
      title="Review"
      aside={
        <span className="inline-flex gap-2">
          {(['md', 'json'] as const).map((format) => (
            <a
              key={format}
              href={paths.incidentExport(view.id, format)}
              download
              className={buttonClass({ size: 'sm', variant: 'ghost' })}
            >
              <FileDown aria-hidden />
              {format === 'md' ? 'Markdown' : 'JSON'}
            </a>
          ))}
        </span>
      }
    >
      <div className="grid gap-4 px-4 pt-2 pb-4">
        {view.reviewOwedBy && (
          <Banner tone="hold" title="A review is owed.">
            {view.reviewOwedBy} broke the glass: what happened has to be written down.
          </Banner>
        )}
        {newest ? (
          <Written review={newest} />
        ) : (
          <p className="text-ink-2">
            Nobody has reviewed this yet. Until then {view.fromVersion} stays locked.
          </p>
        )}
        {older.length > 0 && (
          <details>
            <summary className="cursor-pointer text-sm text-ink-3">
              {older.length === 1 ? 'One earlier review' : `${older.length} earlier reviews`}
            </summary>
            <div className="mt-2 grid gap-4">
              {older.map((each) => (
                <Written key={each.id} review={each} />
              ))}
            </div>
          </details>
        )}
        {writing || !newest ? (
          <ReviewForm view={view} onDone={() => setWriting(false)} />
        ) : (
          <div>
            <Button onClick={() => setWriting(true)}>Review it again</Button>
          </div>
        )}
      </div>
    </Section>
  )
}

function Written({ review: each }: { review: IncidentView['reviews'][number] }) {
  return (
    <div className="grid gap-1.5">
      <p className="flex flex-wrap items-center gap-x-2 text-sm text-ink-3">
        <StateChip tone={verdictTones[each.verdict]}>the stop was {each.verdict}</StateChip>
        {each.by}, <Moment at={each.at} />
      </p>
      <p className="text-sm text-ink-2">Cause: {causeWords[each.cause]}</p>
      <p className="break-words whitespace-pre-wrap">{each.whatHappened}</p>
      <p className="break-words whitespace-pre-wrap">
        <b className="font-semibold">What changes:</b> {each.whatChanges}
      </p>
    </div>
  )
}

function ReviewForm({ view, onDone }: { view: IncidentView; onDone: () => void }) {
  const { pending, refusal, run } = useAct((given: Review) => review(view.id, given))
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (view.whyNotReview || pending) return
    const form = event.currentTarget
    const given = new FormData(form)
    const text = (name: string) => String(given.get(name) ?? '')
    const done = await run({
      cause: text('cause'),
      verdict: text('verdict'),
      whatHappened: text('whatHappened'),
      whatChanges: text('whatChanges'),
    })
    if (!done) return
    say('Reviewed')
    form.reset()
    onDone()
  }
  return (
    <form method="post" onSubmit={submit} aria-label="Review this incident" className="grid gap-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Was the stop right?">
          <Select name="verdict" defaultValue="right">
            {stopVerdicts.map((verdict) => (
              <option key={verdict} value={verdict}>
                {verdictWords[verdict]}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="What caused it">
          <Select name="cause" defaultValue="unknown">
            {causes.map((cause) => (
              <option key={cause} value={cause}>
                {causeWords[cause]}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <Field label="What happened">
        <TextArea name="whatHappened" rows={3} maxLength={10_000} required />
      </Field>
      <Field label="What changes">
        <TextArea name="whatChanges" rows={2} maxLength={10_000} required />
      </Field>
      <RefusalText refusal={refusal} />
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" variant="primary" aria-disabled={pending || view.whyNotReview !== null}>
          {pending ? 'Keeping…' : 'Keep the review'}
        </Button>
        {view.whyNotReview && <span className="text-sm text-ink-3">{view.whyNotReview}</span>}
      </div>
    </form>
  )
}
