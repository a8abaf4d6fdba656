/** What a version of the demo's agent is made of. Each version has another digest: a lock holds the content. */
export function manifestOf(version: string): object {
  const isNew = version.startsWith('2.4.')
  return {
    prompt: isNew
      ? `You help customers with their orders. Be brief. Refund up to 50 euros without asking. (${version})`
      : 'You help customers with their orders. Be brief and friendly. Refund what a colleague has approved.',
    model: 'demo-large-1',
    parameters: { temperature: isNew ? 0.4 : 0.2, maxOutputTokens: 800 },
    tools: [
      { name: 'lookup_order', writes: false },
      { name: 'note_on_order', writes: true },
      { name: 'refund', writes: true },
    ],
    policy: { refundMaxEuros: isNew ? 50 : 0 },
    codeRevision: isNew ? '9f31c07e' : '5b1e22aa',
  }
}

/** The sub-agent has one version, which is its stable. */
export const subAgentStable = '1.0.0'

export function subAgentManifest(): object {
  return {
    prompt: 'You find the orders of a customer, and say where each is.',
    model: 'demo-large-1',
    parameters: { temperature: 0 },
    tools: [{ name: 'search_orders', writes: false }],
    codeRevision: 'c04d1e95',
  }
}

export interface RolloutOptions {
  readonly agent: string
  readonly stable: string
  readonly candidate: string
  /**
   * Stages of seconds, gates that open on less evidence, and no minute of warm-up (the demo's services are warm at once), so
   * that a whole passage can be watched.
   */
  readonly quick?: boolean
}

/** The rollout by the policy that is in force: whatever is left out is as there. */
export function shortDocument({ agent, stable, candidate }: RolloutOptions): string {
  return `rollback:
  stable_version: ${agent}@${stable}
  candidate_version: ${agent}@${candidate}
  triggers: {}
`
}

/** The rollout as its document says it. */
export function rolloutDocument({ agent, stable, candidate, quick = false }: RolloutOptions): string {
  const hold = quick ? '20s' : '10m'
  // At the usual 5 a healthy candidate needs some minutes in each stage to have shown that it is one.
  const evidence = quick ? 'evidence:\n  max_blind_spot: 25\n  warmup: 5s\n' : ''
  return `rollback:
  stable_version: ${agent}@${stable}
  candidate_version: ${agent}@${candidate}
  triggers:
    error_rate_p95: 0.05
    latency_p95_ms: 1800
    tool_failure_rate: 0.03
  lock_candidate_after_rollback: true
  disable_writes_on_rollback: true
  stability_window: 60s
  recovery_runs_min: 60
scores:
  helpful: { min: 0.7 }
stages:
  - { name: canary, weight_percent: 5, hold: ${hold} }
  - { name: quarter, weight_percent: 25, hold: ${hold} }
  - { name: half, weight_percent: 50, hold: ${hold} }
  - { name: full, weight_percent: 100, gate: approval }
${evidence}`
}
