'use client'
import { X } from 'lucide-react'
import { usePathname, useRouter } from 'next/navigation'
import { type ReactNode, useTransition } from 'react'
import { Button } from '#components/ui/Button.tsx'
import { Field, Select } from '#components/ui/Field.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { TimeField } from '#components/time/TimeField.tsx'
import type { AuditChoices } from '#lib/views/audit.ts'

export interface AuditFiltersProps {
  readonly filter: Readonly<Record<string, string>>
  readonly choices: AuditChoices
}

/** What the record is narrowed to. It lives in the address bar, so that it can be sent to somebody. */
export function AuditFilters({ filter, choices }: AuditFiltersProps) {
  const router = useRouter()
  const here = usePathname()
  const [pending, startTransition] = useTransition()
  const go = (next: Readonly<Record<string, string>>) => {
    const query = new URLSearchParams(next).toString()
    startTransition(() => router.push(query ? `${here}?${query}` : here, { scroll: false }))
  }
  const set = (key: string, value: string) => {
    const { [key]: _dropped, ...rest } = filter
    go(value === '' ? rest : { ...rest, [key]: value })
  }

  return (
    <form
      role="search"
      aria-label="Filter the record"
      aria-busy={pending}
      onSubmit={(event) => event.preventDefault()}
      className="mb-4"
    >
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-4 xl:grid-cols-7">
        <Choice label="Agent" value={filter.agent} onChange={(value) => set('agent', value)}>
          {choices.agents.map((agent) => option(agent, agent))}
        </Choice>
        <Choice label="Actor" value={filter.actor} onChange={(value) => set('actor', value)}>
          {choices.actors.map((actor) => option(actor.id, actor.name))}
        </Choice>
        <Choice label="Act" value={filter.action} onChange={(value) => set('action', value)}>
          {choices.actions.map((action) => option(action, action.replace(/[._]/g, ' ')))}
        </Choice>
        <Choice label="Reason" value={filter.reason} onChange={(value) => set('reason', value)}>
          {choices.reasons.map((reason) => option(reason, reason.replaceAll('_', ' ')))}
        </Choice>
        <Choice label="Outcome" value={filter.outcome} onChange={(value) => set('outcome', value)}>
          {choices.outcomes.map((outcome) => option(outcome, outcome.replaceAll('_', ' ')))}
        </Choice>
        <TimeField label="From" value={filter.from} onChange={(value) => set('from', value)} />
        <TimeField label="Until" value={filter.until} onChange={(value) => set('until', value)} />
      </div>
      <div className="mt-2 flex flex-wrap items-center gap-2">
        {(['rollout', 'incident', 'entry'] as const).map((key) => {
          const value = filter[key]
          return (
            value && (
              <StateChip key={key} tone="neutral" icon={null}>
                {key} <code className="mono">{value}</code>
                <button
                  type="button"
                  aria-label={`Any ${key}`}
                  onClick={() => set(key, '')}
                  className="grid size-6 place-items-center rounded"
                >
                  <X aria-hidden className="size-3" />
                </button>
              </StateChip>
            )
          )
        })}
        {Object.keys(filter).length > 0 && (
          <Button size="sm" variant="ghost" onClick={() => go({})}>
            <X aria-hidden />
            Show everything
          </Button>
        )}
      </div>
    </form>
  )
}

function option(value: string, words: string): ReactNode {
  return (
    <option key={value} value={value}>
      {words}
    </option>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly value: string | undefined
  readonly onChange: (value: string) => void
}

function Choice({ label, value = '', onChange, children }: ChoiceProps & { children: ReactNode }) {
  return (
    <Field label={label}>
      <Select value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">any</option>
        {children}
      </Select>
    </Field>
  )
}
