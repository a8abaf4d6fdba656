'use client'
import { X } from 'lucide-react'
import { TimeField } from '#components/time/TimeField.tsx'
import { Button } from '#components/ui/Button.tsx'
import { Field, Select } from '#components/ui/Field.tsx'
import { useAddress } from '#components/ui/useAddress.ts'
import { incidentsAddress } from '#lib/address/incidents.ts'
import { incidentStates, type IncidentState } from '#lib/domain/incident.ts'

const stateWords: Record<IncidentState, string> = {
  open: 'open',
  verifying: 'being verified',
  recovered: 'recovered',
  not_recovered: 'not recovered',
  inconclusive: 'inconclusive',
}

/** What the incidents are narrowed to. It lives in the address bar, so that it can be sent to somebody. */
export function IncidentFilters({ agents }: { agents: readonly string[] }) {
  const { wishes, setWishes, pending } = useAddress(incidentsAddress, 'server')
  const { agent, state, from, until } = wishes
  const isNarrowed = Object.values(wishes).some((wish) => wish !== null)
  // An agent in the address of which there is no incident can still be seen to be asked for.
  const offered = agent === null || agents.includes(agent) ? agents : [agent, ...agents]
  return (
    <form
      role="search"
      aria-label="Narrow the incidents"
      aria-busy={pending}
      onSubmit={(event) => event.preventDefault()}
      className="mb-4"
    >
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Field label="Agent">
          <Select value={agent ?? ''} onChange={(event) => setWishes({ agent: event.target.value || null })}>
            <option value="">any</option>
            {offered.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="State">
          <Select
            value={state ?? ''}
            onChange={(event) =>
              setWishes({ state: incidentStates.find((each) => each === event.target.value) ?? null })
            }
          >
            <option value="">any</option>
            {incidentStates.map((each) => (
              <option key={each} value={each}>
                {stateWords[each]}
              </option>
            ))}
          </Select>
        </Field>
        <TimeField
          label="From"
          value={from ?? undefined}
          onChange={(moment) => setWishes({ from: moment || null })}
        />
        <TimeField
          label="Until"
          value={until ?? undefined}
          onChange={(moment) => setWishes({ until: moment || null })}
        />
      </div>
      {isNarrowed && (
        <Button size="sm" variant="ghost" className="mt-2" onClick={() => setWishes(null)}>
          <X aria-hidden />
          Show everything
        </Button>
      )}
    </form>
  )
}
