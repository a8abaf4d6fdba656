import type { Role } from '#lib/domain/actor.ts'

/** What each role is called, and what somebody who has it can do. */
export const roleWords: Record<Role, { readonly name: string; readonly can: string }> = {
  viewer: { name: 'Viewer', can: 'sees everything but the record' },
  on_call: { name: 'On call', can: 'stops, rolls back and engages kill switches' },
  release_manager: { name: 'Release manager', can: 'starts, advances, pauses and rolls back' },
  approver: { name: 'Approver', can: 'approves what takes a second person' },
  policy_admin: { name: 'Policy admin', can: 'changes limits and alerts' },
  auditor: { name: 'Auditor', can: 'reads and exports the record' },
  administrator: { name: 'Administrator', can: 'does everything, people and tokens included' },
}

/** `On call · support-agent`; for all agents only the role. */
export function grantName({ role, agent }: { role: string; agent: string }): string {
  const known = Object.entries(roleWords).find(([name]) => name === role)?.[1].name ?? role
  return agent === '*' ? known : `${known} · ${agent}`
}
