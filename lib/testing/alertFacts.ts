import type { AlertFacts } from '#lib/domain/alert.ts'

/** The facts of a rollback in canary, the moment it was ordered. A test names only what it is about. */
export function alertFacts(over: Partial<AlertFacts> = {}): AlertFacts {
  return {
    agent: 'support-agent',
    fromVersion: '2.4.0',
    toVersion: '2.3.3',
    reason: 'error_spike',
    stage: 'canary',
    actorName: 'the policy',
    because: 'The error rate is 9.1 % over 214 runs; the limit is 5 %',
    openedAt: new Date('2026-11-23T03:12:44Z'),
    at: new Date('2026-11-23T03:12:45Z'),
    policyVersion: 7,
    incidentUrl: 'https://switchback.example/incidents/in_1',
    candidateLocked: true,
    writesDisabled: false,
    switchStatus: 'requested',
    appliedAfterMs: null,
    recovery: 'verifying',
    recoveryBecause: null,
    figures: [{ label: 'Error rate', observed: '9.1 %', limit: '5 %' }],
    ...over,
  }
}
