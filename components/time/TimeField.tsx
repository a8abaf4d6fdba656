'use client'
import { Field, TextInput } from '#components/ui/Field.tsx'
import { ZoneName } from './RelativeTime.tsx'
import { fieldTime, fromFieldTime } from './zone.ts'
import { useZone } from './ZoneProvider.tsx'

interface TimeFieldProps {
  readonly label: string
  /** `2026-11-23` or `2026-11-23T14:02`, UTC: an address means the same moment wherever it is opened. */
  readonly value: string | undefined
  /** The moment in UTC, or nothing when it was emptied. */
  readonly onChange: (value: string) => void
}

/**
 * A moment, typed in the zone in which the page is read. Uncontrolled while it is typed: a date half typed is no date,
 * and must not be taken away.
 */
export function TimeField({ label, value = '', onChange }: TimeFieldProps) {
  const zone = useZone()
  const shown = value === '' ? '' : shownIn(value, zone)
  const give = (typed: string) => {
    if (typed === shown) return
    onChange(fromFieldTime(typed, zone)?.toISOString().slice(0, 16) ?? '')
  }
  return (
    <Field
      label={
        <>
          {label}, <ZoneName />
        </>
      }
    >
      <TextInput
        key={`${shown} ${zone}`}
        type="datetime-local"
        defaultValue={shown}
        onBlur={(event) => give(event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && give(event.currentTarget.value)}
      />
    </Field>
  )
}

function shownIn(value: string, zone: string): string {
  const at = new Date(value.length === 10 ? `${value}T00:00Z` : `${value}Z`)
  return Number.isNaN(at.getTime()) ? '' : fieldTime(at, zone)
}
