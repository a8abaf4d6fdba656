import type { Actor, Grant } from '#lib/domain/actor.ts'
import { capabilities } from '#lib/domain/actor.ts'
import { defaultPolicy, type Policy } from '#lib/domain/policy.ts'
import type { FallbackState, Rollout } from '#lib/domain/rollout.ts'

/** Values for tests: whole and healthy, so that a test names only what it is about. */

/** Noon of some day; tests count from here. */
export const noon = new Date('2026-11-23T12:00:00.000Z')

/** So many seconds after noon. */
export function after(seconds: number): Date {
  return new Date(noon.getTime() + seconds * 1000)
}

export function aPolicy(changes: Partial<Policy> = {}): Policy {
  return {
    ...defaultPolicy,
    triggers: [
      { metric: 'error_rate', limit: 0.05, action: 'rollback' },
      { metric: 'latency_p95_ms', limit: 1800, action: 'rollback' },
      { metric: 'tool_failure_rate', limit: 0.03, action: 'rollback' },
    ],
    ...changes,
  }
}

export function aRollout(changes: Partial<Rollout> = {}): Rollout {
  return {
    id: 'ro_1',
    agent: 'support-agent',
    stable: '2.3.3',
    candidate: '2.4.0',
    phase: 'progressing',
    stageIndex: 0,
    stageEnteredAt: noon,
    weightBp: 500,
    policy: aPolicy(),
    policyNumber: 1,
    salt: 'ro_1',
    startedAt: noon,
    checkedAt: null,
    startedByName: 'Mira',
    pausedAt: null,
    approvalAskedAt: null,
    completedAt: null,
    rollbackWindowEndsAt: null,
    rolledBackAt: null,
    switchStatus: null,
    recovery: null,
    incidentId: null,
    suppressed: 0,
    lacks: null,
    version: 0,
    ...changes,
  }
}

export function aFallback(changes: Partial<FallbackState> = {}): FallbackState {
  return { exists: true, locked: false, attested: true, ...changes }
}

/** A person who may everything, unless said otherwise. */
export function anActor({
  capabilities: held = capabilities,
  agents = '*',
  ...changes
}: Partial<Omit<Actor, 'grants'> & Grant> = {}): Actor {
  return {
    kind: 'person',
    id: 'pe_1',
    name: 'Mira',
    grants: [{ agents, capabilities: held }],
    // Recent at whatever time a test plays.
    signedInAt: new Date('2999-01-01T00:00:00.000Z'),
    ...changes,
  }
}
