'use client'
import { Plus, X } from 'lucide-react'
import { Button } from '#components/ui/Button.tsx'
import { Select } from '#components/ui/Field.tsx'
import type { Role, RoleGrant } from '#lib/domain/actor.ts'
import { roleWords } from './roleWords.ts'

export interface RolesEditorProps {
  readonly grants: readonly RoleGrant[]
  readonly agents: readonly string[]
  readonly onChange: (grants: readonly RoleGrant[]) => void
}

const roleNames = Object.keys(roleWords) as Role[]

/** The roles of a person, each for all agents or for one. */
export function RolesEditor({ grants, agents, onChange }: RolesEditorProps) {
  const put = (at: number, changed: Partial<RoleGrant>) =>
    onChange(grants.map((grant, index) => (index === at ? { ...grant, ...changed } : grant)))
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 text-sm font-medium">Roles</legend>
      <ul className="grid gap-2">
        {grants.map((grant, at) => (
          // Two rows can say the same while they are edited: the place is what tells them apart.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={at}>
            <div className="flex items-center gap-2">
              <Select
                aria-label={`Role ${at + 1}`}
                className="min-w-0 flex-1"
                value={grant.role}
                onChange={(event) => put(at, { role: event.target.value as Role })}
              >
                {roleNames.map((role) => (
                  <option key={role} value={role}>
                    {roleWords[role].name}
                  </option>
                ))}
              </Select>
              <Select
                aria-label={`Agents of role ${at + 1}`}
                className="min-w-0 flex-1"
                value={grant.agent}
                onChange={(event) => put(at, { agent: event.target.value })}
              >
                <option value="*">All agents</option>
                {[...new Set([...agents, ...(grant.agent === '*' ? [] : [grant.agent])])].map((agent) => (
                  <option key={agent}>{agent}</option>
                ))}
              </Select>
              <button
                type="button"
                aria-label={`Remove role ${at + 1}`}
                onClick={() => onChange(grants.filter((_, index) => index !== at))}
                className="grid size-11 shrink-0 place-items-center rounded-lg text-ink-3 hover:bg-sunken hover:text-ink sm:size-9"
              >
                <X aria-hidden className="size-4" />
              </button>
            </div>
            <p className="mt-1 text-xs text-ink-3">{roleWords[grant.role].can}</p>
          </li>
        ))}
      </ul>
      <Button
        size="sm"
        className="mt-2"
        onClick={() => onChange([...grants, { role: 'viewer', agent: '*' }])}
      >
        <Plus aria-hidden />
        Add a role
      </Button>
    </fieldset>
  )
}
