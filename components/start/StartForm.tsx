'use client'
import { Rocket } from 'lucide-react'
import type { FormEvent } from 'react'
import { Button } from '#components/ui/Button.tsx'
import { Section } from '#components/ui/Card.tsx'
import { Field, Select, TextInput } from '#components/ui/Field.tsx'
import { Mono } from '#components/ui/Mono.tsx'
import { RefusalText } from '#components/ui/RefusalText.tsx'
import { useAct } from '#components/ui/useAct.ts'
import type { FieldError, Refusal } from '#lib/actions/refusal.ts'
import type { GivenDocument } from '#lib/actions/rollout.ts'
import { metricLabels } from '#lib/domain/metric.ts'
import { type Metric, metrics } from '#lib/domain/policy.ts'
import type { StartAgent } from '#lib/views/start.ts'
import { type Draft, documentOf, type LimitDraft, limitFields } from './draft.ts'
import { errorAt, errorsElsewhere, ErrorList } from './ErrorList.tsx'
import { Notes } from './Notes.tsx'
import { StageFields } from './StageFields.tsx'
import { useReading } from './useReading.ts'
import { yamlText } from './yamlText.ts'

export interface StartFormProps {
  readonly agent: StartAgent
  readonly stable: string
  readonly draft: Draft
  readonly onChange: (draft: Draft) => void
  readonly onStart: (document: GivenDocument) => Promise<Refusal | null>
}

export function StartForm({ agent, stable, draft, onChange, onStart }: StartFormProps) {
  const { pending, refusal, run } = useAct(onStart)
  const read = useReading(yamlText(documentOf(agent.agent, stable, draft)), agent.agent)
  const errors = refusal?.errors ?? []
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void run({ json: documentOf(agent.agent, stable, draft) })
  }

  return (
    <form onSubmit={submit} noValidate aria-label="Start a rollout" className="grid max-w-[52rem] gap-5">
      <Section title="Versions">
        <div className="grid gap-4 px-4 pt-2 pb-4 sm:grid-cols-2">
          <div>
            <span className="mb-1 block text-sm font-medium">Stable: the way back</span>
            <p className="flex h-11 items-center sm:h-9">
              <Mono className="text-base">{stable}</Mono>
            </p>
          </div>
          <Field label="Candidate" error={errorAt(errors, ['rollback.candidate_version'])}>
            <Select
              value={draft.candidate}
              onChange={(event) => onChange({ ...draft, candidate: event.target.value })}
            >
              {agent.candidates.map((candidate) => (
                <option key={candidate.name} value={candidate.name} disabled={candidate.whyNot !== null}>
                  {candidate.name}
                  {candidate.whyNot ? ` (${candidate.whyNot})` : ''}
                </option>
              ))}
            </Select>
          </Field>
        </div>
      </Section>
      <Limits draft={draft} onChange={onChange} errors={errors} />
      <Section title="Stages" aside="a stage opens on evidence, never by time alone">
        <StageFields
          stages={draft.stages}
          errors={errors}
          onChange={(stages) => onChange({ ...draft, stages })}
        />
      </Section>
      <label className="flex min-h-11 items-center gap-2.5 sm:min-h-0">
        <input
          type="checkbox"
          checked={draft.lockCandidate}
          onChange={(event) => onChange({ ...draft, lockCandidate: event.target.checked })}
          className="size-4 accent-(--ink)"
        />
        Lock the candidate after a rollback
      </label>
      {read?.ok && <Notes notes={read.notes} />}
      <ErrorList errors={errorsElsewhere(errors, shownPaths(draft))} />
      <RefusalText
        refusal={
          refusal?.code === 'bad_input' && errors.length > 0
            ? { ...refusal, because: toMend(errors.length) }
            : refusal
        }
      />
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" variant="primary" size="lg" aria-disabled={pending}>
          <Rocket aria-hidden />
          {pending ? 'Starting…' : `Start the rollout of ${draft.candidate}`}
        </Button>
        <span className="text-sm text-ink-3">{opening(draft)}</span>
      </div>
    </form>
  )
}

/** Each stands at its field; here only how many. */
function toMend(count: number): string {
  return `Nothing was started: ${count === 1 ? 'one thing' : `${count} things`} above ${count === 1 ? 'has' : 'have'} to be changed first.`
}

/** What pressing the button does to the traffic. */
function opening(draft: Draft): string {
  const first = draft.stages[0]
  return first ? `${first.weightPercent || '?'} % of traffic goes to ${draft.candidate} at once.` : ''
}

function limitPaths(metric: Metric): string[] {
  return [`rollback.triggers.${metric}`, `rollback.triggers.${metric}.limit`]
}

function shownPaths(draft: Draft): string[] {
  return [
    'rollback.candidate_version',
    ...metrics.flatMap(limitPaths),
    ...draft.stages.flatMap((_stage, index) => [
      `stages[${index}].name`,
      `stages[${index}].weight_percent`,
      `stages[${index}].hold`,
      `stages[${index}].gate`,
    ]),
  ]
}

type LimitsProps = Pick<StartFormProps, 'draft' | 'onChange'> & { readonly errors: readonly FieldError[] }

function Limits({ draft, onChange, errors }: LimitsProps) {
  const change = (metric: Metric, part: Partial<LimitDraft>) =>
    onChange({ ...draft, limits: { ...draft.limits, [metric]: { ...draft.limits[metric], ...part } } })
  return (
    <Section title="Limits" aside="left empty: no limit">
      <div className="grid gap-4 px-4 pt-2 pb-4 sm:grid-cols-2">
        {metrics.map((metric) => (
          <LimitFields
            key={metric}
            metric={metric}
            limit={draft.limits[metric]}
            error={errorAt(errors, limitPaths(metric))}
            onChange={(part) => change(metric, part)}
          />
        ))}
      </div>
    </Section>
  )
}

interface LimitFieldsProps {
  readonly metric: Metric
  readonly limit: LimitDraft
  readonly error: string | undefined
  readonly onChange: (part: Partial<LimitDraft>) => void
}

function LimitFields({ metric, limit, error, onChange }: LimitFieldsProps) {
  const label = metricLabels[metric]
  const { unit, example } = limitFields[metric]
  // The service speaks of shares; this field is in percent.
  const words =
    error && unit === '%' ? `Expected a percentage above 0, at most 100; given ${limit.text}` : error
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_9.5rem] items-start gap-2">
      <Field label={`${label}, ${unit}`} error={words}>
        <TextInput
          inputMode="decimal"
          placeholder={`such as ${example}`}
          value={limit.text}
          aria-invalid={error !== undefined}
          onChange={(event) => onChange({ text: event.target.value })}
        />
      </Field>
      <Field label={<span className="text-ink-3">Over it</span>}>
        <Select
          aria-label={`Over the limit on ${label.toLowerCase()}`}
          value={limit.action}
          onChange={(event) =>
            onChange({ action: event.target.value === 'approval' ? 'approval' : 'rollback' })
          }
        >
          <option value="rollback">roll back</option>
          <option value="approval">ask a person</option>
        </Select>
      </Field>
    </div>
  )
}
