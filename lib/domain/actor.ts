/** Who acts, and what they may do. Roles are named sets of capabilities; every door asks for a capability, never for a role. */

export const capabilities = [
  'view',
  'rollout.start',
  'rollout.pause',
  'rollout.promote',
  'rollout.rollback',
  'rollout.break_glass',
  'version.register',
  'version.unlock',
  'switch.engage',
  'switch.release',
  'policy.edit',
  'approval.decide',
  'agent.edit',
  'drill.run',
  'incident.review',
  'audit.read',
  'alerts.edit',
  'token.manage',
  'people.manage',
  'demo.run',
  'settings.edit',
] as const
export type Capability = (typeof capabilities)[number]

/** What each role may do. An administrator may everything; that is said here and nowhere else. */
export const roles = {
  viewer: ['view'],
  on_call: [
    'view',
    'rollout.pause',
    'rollout.rollback',
    'rollout.break_glass',
    'switch.engage',
    'switch.release',
    'drill.run',
    'incident.review',
    'audit.read',
  ],
  release_manager: [
    'view',
    'rollout.start',
    'rollout.pause',
    'rollout.promote',
    'rollout.rollback',
    'version.register',
    'version.unlock',
    'switch.engage',
    'switch.release',
    'policy.edit',
    'agent.edit',
    'drill.run',
    'incident.review',
    'audit.read',
  ],
  approver: ['view', 'approval.decide', 'audit.read'],
  policy_admin: ['view', 'policy.edit', 'alerts.edit', 'audit.read'],
  auditor: ['view', 'audit.read'],
  administrator: capabilities,
} as const satisfies Record<string, readonly Capability[]>
export type Role = keyof typeof roles

/** What a token's scope lets it do. `telemetry` and `evaluate` open the edge only and give nothing here. */
export const scopes = {
  read: ['view', 'audit.read'],
  deploy: ['view', 'version.register', 'agent.edit', 'rollout.start'],
  operate: ['view', 'rollout.pause', 'rollout.promote', 'rollout.rollback', 'switch.engage'],
  telemetry: [],
  evaluate: [],
} as const satisfies Record<string, readonly Capability[]>
export type Scope = keyof typeof scopes

export interface Actor {
  readonly kind: 'policy' | 'person' | 'token' | 'system'
  readonly id: string
  /** How the actor is shown: a person's name, a token's name, `the policy`. */
  readonly name: string
  readonly grants: readonly Grant[]
  /** When the person last proved who they are; absent of whoever is no person. */
  readonly signedInAt?: Date
}

/** What an actor may do, and for which agents. */
export interface Grant {
  /** `*` is every agent, those of tomorrow too. */
  readonly agents: '*' | readonly string[]
  readonly capabilities: readonly Capability[]
}

/** A role that somebody has, for one agent or for all (`*`). */
export interface RoleGrant {
  readonly role: Role
  readonly agent: string
}

/** What roles come to: for each agent named, all that they let somebody do there. */
export function grantsOf(held: readonly RoleGrant[]): Grant[] {
  const agents = [...new Set(held.map(({ agent }) => agent))].sort()
  return agents.map((agent) => ({
    agents: agent === '*' ? '*' : [agent],
    capabilities: capabilitiesOf(held.filter((grant) => grant.agent === agent).map(({ role }) => role)),
  }))
}

/** The agents for which the actor has this capability; `*` is every agent. */
export function agentsWhere(actor: Actor, capability: Capability): '*' | readonly string[] {
  const grants = actor.grants.filter((grant) => grant.capabilities.includes(capability))
  if (grants.some((grant) => grant.agents === '*')) return '*'
  return [...new Set(grants.flatMap((grant) => grant.agents))]
}

/** Whether the actor has this capability for this agent (or for any, when no agent is in question). */
export function may(actor: Actor, capability: Capability, agent?: string): boolean {
  const agents = agentsWhere(actor, capability)
  return agents === '*' || (agent === undefined ? agents.length > 0 : agents.includes(agent))
}

/** Whether the actor has this capability for everything, as what belongs to no single agent takes. */
export function mayForAll(actor: Actor, capability: Capability): boolean {
  return agentsWhere(actor, capability) === '*'
}

/** How long a proof of who somebody is stays fresh enough for what is most sensitive. */
export const stepUpMs = 5 * 60_000

/** Whether a person has to prove again who they are before an act that asks for it. Machines hold no password. */
export function needsStepUp(actor: Actor, now: Date): boolean {
  if (actor.kind !== 'person') return false
  return actor.signedInAt === undefined || now.getTime() - actor.signedInAt.getTime() > stepUpMs
}

/** The policy engine as an actor: it may roll back and move stages, and nothing else. */
export const policyActor: Actor = {
  kind: 'policy',
  id: 'policy',
  name: 'the policy',
  grants: [{ agents: '*', capabilities: ['view', 'rollout.rollback', 'rollout.promote'] }],
}

/** Switchback itself: reconciling, verifying, delivering, first set-up. */
export const systemActor: Actor = {
  kind: 'system',
  id: 'system',
  name: 'Switchback',
  grants: [{ agents: '*', capabilities }],
}

/** The union of what the given roles may do. */
export function capabilitiesOf(held: readonly Role[]): Capability[] {
  return capabilities.filter((capability) =>
    held.some((role) => (roles[role] as readonly Capability[]).includes(capability)),
  )
}

/** The union of what the given scopes let a token do. */
export function capabilitiesOfScopes(held: readonly Scope[]): Capability[] {
  return capabilities.filter((capability) =>
    held.some((scope) => (scopes[scope] as readonly Capability[]).includes(capability)),
  )
}
