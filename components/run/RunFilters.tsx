'use client'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { TimeField } from '#components/time/TimeField.tsx'
import { Button } from '#components/ui/Button.tsx'
import { Field, Select } from '#components/ui/Field.tsx'
import { useAddress } from '#components/ui/useAddress.ts'
import { noVersion, runsAddress, type RunsWishes } from '#lib/address/runs.ts'
import { runEvidences } from '#lib/domain/runEvidence.ts'
import type { RunChoices } from '#lib/views/runs.ts'
import { costWords, evidenceWords, isCounted, outcomeWords } from './words.ts'

/** What the runs are narrowed to. It lives in the address bar, so that it can be sent to somebody. */
export function RunFilters({ choices }: { choices: RunChoices }) {
  const { wishes, setWishes, pending } = useAddress(runsAddress, 'server')
  const set = (key: keyof RunsWishes) => (text: string) =>
    setWishes({ [key]: text === '' ? null : runsAddress[key](text) })
  const isNarrowed = Object.values(wishes).some((wish) => wish !== null)
  return (
    <form
      role="search"
      aria-label="Narrow the runs"
      aria-busy={pending}
      onSubmit={(event) => event.preventDefault()}
      className="mb-4"
    >
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-4 xl:grid-cols-7">
        <Choice label="Version" value={wishes.version} onChoose={set('version')}>
          <option value={noVersion}>without a version</option>
          {options(choices.versions, wishes.version === noVersion ? null : wishes.version)}
        </Choice>
        <Choice label="Outcome" value={wishes.outcome} onChoose={set('outcome')}>
          <option value="ok">{outcomeWords.ok}</option>
          <option value="failed">{outcomeWords.failed}</option>
          <option value="cancelled">{outcomeWords.cancelled}</option>
          <option value="tool_failed">A tool failed</option>
        </Choice>
        <Choice label="Tool" value={wishes.tool} onChoose={set('tool')}>
          {options(choices.tools, wishes.tool)}
        </Choice>
        <Choice label="Cost" value={wishes.cost} onChoose={set('cost')}>
          <option value="known">known</option>
          <option value="unknown">unknown</option>
          {(choices.budgetUsd !== null || wishes.cost === 'over') && (
            <option value="over">
              {choices.budgetUsd === null ? 'over the limit' : `over ${costWords(choices.budgetUsd)}`}
            </option>
          )}
        </Choice>
        <Choice label="Evidence" value={wishes.evidence} onChoose={set('evidence')}>
          <optgroup label="Counted">
            {runEvidences.filter(isCounted).map((each) => (
              <option key={each} value={each}>
                {evidenceWords[each]}
              </option>
            ))}
          </optgroup>
          <optgroup label="Not counted">
            {runEvidences
              .filter((each) => !isCounted(each))
              .map((each) => (
                <option key={each} value={each}>
                  {evidenceWords[each]}
                </option>
              ))}
          </optgroup>
        </Choice>
        <TimeField label="From" value={wishes.from ?? undefined} onChange={set('from')} />
        <TimeField label="Until" value={wishes.until ?? undefined} onChange={set('until')} />
      </div>
      {isNarrowed && (
        <Button size="sm" variant="ghost" className="mt-2" onClick={() => setWishes(null)}>
          <X aria-hidden />
          Remove filters
        </Button>
      )}
    </form>
  )
}

/** What is asked for can be seen to be, also where it is none of what is offered. */
function options(offered: readonly string[], asked: string | null): ReactNode {
  const all = asked === null || offered.includes(asked) ? offered : [asked, ...offered]
  return all.map((each) => (
    <option key={each} value={each}>
      {each}
    </option>
  ))
}

interface ChoiceProps {
  readonly label: string
  readonly value: string | null
  readonly onChoose: (value: string) => void
  readonly children: ReactNode
}

function Choice({ label, value, onChoose, children }: ChoiceProps) {
  return (
    <Field label={label}>
      <Select value={value ?? ''} onChange={(event) => onChoose(event.target.value)}>
        <option value="">any</option>
        {children}
      </Select>
    </Field>
  )
}
