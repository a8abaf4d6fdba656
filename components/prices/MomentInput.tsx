'use client'
import { ZoneName } from '#components/time/RelativeTime.tsx'
import { fieldTime, fromFieldTime } from '#components/time/zone.ts'
import { useZone } from '#components/time/ZoneProvider.tsx'
import { Field, TextInput } from '#components/ui/Field.tsx'

interface MomentInputProps {
  readonly name: string
  readonly label: string
  readonly hint: string
  /** ISO 8601. */
  readonly value?: string | undefined
}

/** A moment in a form, typed in the zone in which the page is read. */
export function MomentInput({ name, label, hint, value }: MomentInputProps) {
  const zone = useZone()
  return (
    <Field
      label={
        <>
          {label}, <ZoneName />
        </>
      }
      hint={hint}
    >
      <TextInput
        name={name}
        type="datetime-local"
        defaultValue={value === undefined ? '' : fieldTime(new Date(value), zone)}
      />
    </Field>
  )
}

/** What was typed as ISO 8601; null when it was left empty. */
export function momentIn(given: FormData, name: string, zone: string): string | null {
  const typed = String(given.get(name) ?? '')
  return typed === '' ? null : (fromFieldTime(typed, zone)?.toISOString() ?? null)
}
