/** What the browser calls the things it has read, and which of them a change is about. */

export const keys = {
  shell: ['view', 'shell'],
  now: ['view', 'now'],
  agents: ['view', 'agents'],
  agent: (agent: string) => ['view', 'agent', agent] as const,
  incidents: (conditions: Readonly<Record<string, string>>) => ['view', 'incidents', conditions] as const,
  palette: (typed: string) => ['view', 'palette', typed] as const,
  switches: ['view', 'switches'],
  approvals: ['view', 'approvals'],
  standing: (approvalId: string) => ['view', 'standing', approvalId] as const,
  audit: (filter: Readonly<Record<string, string>>) => ['view', 'audit', filter] as const,
  connect: (agent: string) => ['view', 'connect', agent] as const,
  policy: (agent: string) => ['view', 'policy', agent] as const,
  instances: (agent: string) => ['view', 'instances', agent] as const,
  readiness: (agent: string) => ['view', 'readiness', agent] as const,
  runs: (agent: string, conditions: Readonly<Record<string, string>>) =>
    ['view', 'runs', agent, conditions] as const,
  run: (runId: string) => ['view', 'run', runId] as const,
  alerts: (before: string | null) => ['view', 'alerts', before] as const,
  rollout: (rolloutId: string) => ['view', 'rollout', rolloutId] as const,
  series: (rolloutId: string) => ['view', 'series', rolloutId] as const,
  /** Another range than the one that the event stream sends. */
  seriesOver: (rolloutId: string, range: string) => ['view', 'series', rolloutId, range] as const,
  incident: (incidentId: string) => ['view', 'incident', incidentId] as const,
  travel: (incidentId: string) => ['view', 'travel', incidentId] as const,
  moment: (incidentId: string, at: string) => ['view', 'moment', incidentId, at] as const,
} as const

const pushedKinds = new Set(['rollout', 'series', 'incident', 'agent', 'connect'])

/** How the event stream calls what was read under this key: `rollout:ro_1`. Null for what it does not send. */
export function pushedKey(key: readonly unknown[]): string | null {
  const [root, kind, name, more] = key
  if (root !== 'view' || more !== undefined) return null
  if (kind === 'shell' || kind === 'now' || kind === 'switches') return kind
  return pushedKinds.has(String(kind)) && typeof name === 'string' ? `${String(kind)}:${name}` : null
}

/** The key of what the event stream calls so. */
export function keyOfPushed(pushed: string): readonly string[] {
  const [kind = '', ...name] = pushed.split(':')
  return name.length > 0 ? ['view', kind, name.join(':')] : ['view', kind]
}

/** What changed, as `/api/live` says it. What it does not name, it may still be about. */
export interface LiveChange {
  readonly agent?: string
  readonly rollout?: string
  readonly incident?: string
}

/** Whether this change may have changed what was read under this key. */
export function touches(change: LiveChange, key: readonly unknown[]): boolean {
  const [root, kind, name] = key
  if (root !== 'view') return false
  switch (kind) {
    case 'palette':
    // What arrives announces nothing: lists of runs look by themselves.
    case 'runs':
    case 'run':
      return false
    case 'agent':
    case 'connect':
    case 'policy':
    case 'readiness':
    case 'instances':
      return change.agent === undefined || change.agent === name
    case 'rollout':
    case 'series':
      return change.rollout === undefined || change.rollout === name
    case 'incident':
    case 'travel':
    case 'moment':
      return change.incident === undefined || change.incident === name
    default:
      return true
  }
}
