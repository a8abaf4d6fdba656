'use client'
import type { PriceFigures } from '#lib/actions/prices.ts'
import { Field, TextInput } from '#components/ui/Field.tsx'

/** The four prices of an entry. What is left empty is priced as the whole that it is a part of. */
export function FigureFields({ given }: { given?: PriceFigures }) {
  return (
    <fieldset>
      <legend className="mb-2 text-sm font-medium">US dollars per million tokens</legend>
      <div className="grid grid-cols-2 gap-3">
        <Figure name="input" label="Input" value={given?.inputUsdPerMillion} required />
        <Figure name="output" label="Output" value={given?.outputUsdPerMillion} required />
        <Figure
          name="cached"
          label="Cached input"
          hint="Empty: as input"
          value={given?.cachedInputUsdPerMillion}
        />
        <Figure
          name="reasoning"
          label="Reasoning"
          hint="Empty: as output"
          value={given?.reasoningUsdPerMillion}
        />
      </div>
    </fieldset>
  )
}

interface FigureProps {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly value: number | null | undefined
  readonly required?: boolean
}

function Figure({ name, label, hint, value, required }: FigureProps) {
  return (
    <Field label={label} hint={hint}>
      <TextInput
        name={name}
        type="number"
        inputMode="decimal"
        min={0}
        max={100_000}
        step="any"
        autoComplete="off"
        defaultValue={value ?? ''}
        required={required}
      />
    </Field>
  )
}

/** What was typed. An empty field that is required is no number, which the panel refuses in words. */
export function figuresOf(given: FormData): PriceFigures {
  const figure = (name: string) => {
    const text = String(given.get(name) ?? '').trim()
    return text === '' ? null : Number(text)
  }
  return {
    inputUsdPerMillion: figure('input') ?? Number.NaN,
    cachedInputUsdPerMillion: figure('cached'),
    outputUsdPerMillion: figure('output') ?? Number.NaN,
    reasoningUsdPerMillion: figure('reasoning'),
  }
}
