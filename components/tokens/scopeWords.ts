import type { Scope } from '#lib/domain/actor.ts'

/** What each scope is for. */
export const scopeWords: Record<Scope, string> = {
  telemetry: 'sends runs to the edge',
  evaluate: 'asks the edge which version to run, and what is allowed',
  read: 'reads agents, rollouts and the record',
  deploy: 'registers agents and versions, starts rollouts',
  operate: 'pauses, promotes, rolls back, engages kill switches',
}
