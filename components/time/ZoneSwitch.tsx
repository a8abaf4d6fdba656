'use client'
import { clsx } from 'clsx'
import { useZones } from './ZoneProvider.tsx'

const choices = [
  { word: 'UTC', label: 'Times in UTC', local: false },
  { word: 'Local', label: 'Local times', local: true },
] as const

/** Whether times are read in UTC or where one is. */
export function ZoneSwitch() {
  const { zone, choose } = useZones()
  return (
    <fieldset className="flex gap-0.5">
      <legend className="sr-only">Time zone</legend>
      {choices.map(({ word, label, local }) => (
        <button
          key={word}
          type="button"
          aria-pressed={zone.isLocal === local}
          aria-label={label}
          title={local && zone.isLocal ? `${label}: ${zone.name}` : label}
          onClick={() => choose(local)}
          className={clsx(
            'h-6 rounded-md px-1.5 text-xs font-medium',
            zone.isLocal === local ? 'bg-line text-ink' : 'text-ink-3 hover:text-ink',
          )}
        >
          {word}
        </button>
      ))}
    </fieldset>
  )
}
