'use client'
import { clsx } from 'clsx'
import { Plus, Trash2 } from 'lucide-react'
import { Button } from '#components/ui/Button.tsx'
import { Field, Select, TextInput } from '#components/ui/Field.tsx'
import type { FieldError } from '#lib/actions/refusal.ts'
import type { StageDraft } from './draft.ts'
import { errorAt } from './ErrorList.tsx'

export interface StageFieldsProps {
  readonly stages: readonly StageDraft[]
  readonly errors: readonly FieldError[]
  readonly onChange: (stages: readonly StageDraft[]) => void
}

export function StageFields({ stages, errors, onChange }: StageFieldsProps) {
  const change = (id: number, part: Partial<StageDraft>) =>
    onChange(stages.map((stage) => (stage.id === id ? { ...stage, ...part } : stage)))
  const add = () => {
    const id = Math.max(0, ...stages.map((stage) => stage.id)) + 1
    const fresh: StageDraft = { id, name: `stage-${id}`, weightPercent: '', holdMinutes: '10', gate: 'auto' }
    // The last stage carries all traffic, so a new one goes before it.
    onChange([...stages.slice(0, -1), fresh, ...stages.slice(-1)])
  }

  return (
    <div className="px-4 pt-1 pb-4">
      <ol>
        {stages.map((stage, index) => (
          <li key={stage.id} className="border-line py-3 max-sm:not-first:border-t sm:py-1.5">
            <StageRow
              stage={stage}
              number={index + 1}
              error={(key) => errorAt(errors, [`stages[${index}].${key}`])}
              onChange={(part) => change(stage.id, part)}
              onRemove={
                stages.length > 1 ? () => onChange(stages.filter((each) => each.id !== stage.id)) : null
              }
            />
          </li>
        ))}
      </ol>
      <Button variant="ghost" size="sm" onClick={add}>
        <Plus aria-hidden />
        Add a stage
      </Button>
    </div>
  )
}

interface StageRowProps {
  readonly stage: StageDraft
  readonly number: number
  readonly error: (key: string) => string | undefined
  readonly onChange: (part: Partial<StageDraft>) => void
  readonly onRemove: (() => void) | null
}

function StageRow({ stage, number, error, onChange, onRemove }: StageRowProps) {
  return (
    <fieldset className="grid grid-cols-2 items-start gap-3 sm:grid-cols-[minmax(0,1.3fr)_minmax(0,1fr)_minmax(0,1.2fr)_minmax(0,1.5fr)_36px]">
      <legend className="sr-only">Stage {number}</legend>
      <Field label="Name" labelInColumn={number > 1} error={error('name')}>
        <TextInput value={stage.name} onChange={(event) => onChange({ name: event.target.value })} />
      </Field>
      <Field label="Traffic, %" labelInColumn={number > 1} error={error('weight_percent')}>
        <TextInput
          inputMode="decimal"
          value={stage.weightPercent}
          onChange={(event) => onChange({ weightPercent: event.target.value })}
        />
      </Field>
      <Field label="At least, minutes" labelInColumn={number > 1} error={error('hold')}>
        <TextInput
          inputMode="decimal"
          value={stage.holdMinutes}
          onChange={(event) => onChange({ holdMinutes: event.target.value })}
        />
      </Field>
      <Field label="Opens" labelInColumn={number > 1} error={error('gate')}>
        <Select
          value={stage.gate}
          onChange={(event) => onChange({ gate: event.target.value === 'approval' ? 'approval' : 'auto' })}
        >
          <option value="auto">by itself</option>
          <option value="approval">after approval</option>
        </Select>
      </Field>
      {onRemove && (
        <Button
          variant="ghost"
          aria-label={`Remove the stage ${stage.name}`}
          title="Remove"
          onClick={onRemove}
          className={clsx('max-sm:col-span-2 sm:w-9 sm:px-0', number === 1 && 'sm:mt-6')}
        >
          <Trash2 aria-hidden />
          <span className="sm:hidden">Remove</span>
        </Button>
      )}
    </fieldset>
  )
}
