/** Who acts, and what they may do. Roles are named sets of capabilities; every door asks for a capability, never for a role. */

export const capabilities = [
  'view',
  'rollout.start',
  'rollout.pause',
  'rollout.promote',
  'rollout.rollback',
  'version.register',
  'version.unlock',
  'agent.edit',
  'incident.review',
  'audit.read',
  'token.manage',
  'people.manage',
] as const
export type Capability = (typeof capabilities)[number]

/** What each role may do. An administrator may everything; that is said here and nowhere else. */
export const roles = {
  viewer: ['view'],
  on_call: ['view', 'rollout.pause', 'rollout.rollback', 'incident.review', 'audit.read'],
  release_manager: [
    'view',
    'rollout.start',
    'rollout.pause',
    'rollout.promote',
    'rollout.rollback',
    'version.register',
    'agent.edit',
    'incident.review',
    'audit.read',
  ],
  auditor: ['view', 'audit.read'],
  administrator: capabilities,
} as const satisfies Record<string, readonly Capability[]>
export type Role = keyof typeof roles

/** What a token's scope lets it do. `telemetry` and `evaluate` open the edge only and give nothing here. */
export const scopes = {
  read: ['view', 'audit.read'],
  deploy: ['view', 'version.register', 'agent.edit', 'rollout.start'],
  operate: ['view', 'rollout.pause', 'rollout.promote', 'rollout.rollback'],
  telemetry: [],
  evaluate: [],
} as const satisfies Record<string, readonly Capability[]>
export type Scope = keyof typeof scopes

export interface Actor {
  readonly kind: 'policy' | 'person' | 'token' | 'system'
  readonly id: string
  /** How the actor is shown: a person's name, a token's name, `the policy`. */
  readonly name: string
  readonly capabilities: readonly Capability[]
  /** The agents this actor may touch; `*` is every agent. */
  readonly agents: '*' | readonly string[]
}

/** Whether the actor has this capability for this agent (or at all, when no agent is in question). */
export function may(actor: Actor, capability: Capability, agent?: string): boolean {
  if (!actor.capabilities.includes(capability)) return false
  return agent === undefined || actor.agents === '*' || actor.agents.includes(agent)
}

/** The policy engine as an actor: it may roll back and move stages, and nothing else. */
export const policyActor: Actor = {
  kind: 'policy',
  id: 'policy',
  name: 'the policy',
  capabilities: ['view', 'rollout.rollback', 'rollout.promote'],
  agents: '*',
}

/** Switchback itself: reconciling, verifying, delivering, first set-up. */
export const systemActor: Actor = {
  kind: 'system',
  id: 'system',
  name: 'Switchback',
  capabilities,
  agents: '*',
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
