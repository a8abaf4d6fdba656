/** An address with what it asks for: the same again, for whoever comes back to it after signing in. */
export function withQuery(
  path: string,
  given: Readonly<Record<string, string | readonly string[] | null | undefined>>,
): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(given)) {
    for (const text of typeof value === 'string' ? [value] : (value ?? [])) query.append(key, text)
  }
  return query.size > 0 ? `${path}?${query}` : path
}

/** Every address of the panel, in one place. */
export const paths = {
  now: () => '/',
  signIn: (next?: string) => (next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in'),
  signInRefused: (because: string) => `/sign-in?error=${encodeURIComponent(because)}`,
  /** Where somebody without a password proves again who they are, in a window of its own. */
  signInAgain: () => '/sign-in/again',
  welcome: (token: string) => `/welcome?token=${encodeURIComponent(token)}`,
  /** Where a person sets their password by a one-time link. */
  invitation: (token: string) => `/invitation?token=${encodeURIComponent(token)}`,
  settings: {
    all: () => '/settings',
    you: () => '/settings/you',
    people: () => '/settings/people',
    tokens: () => '/settings/tokens',
    alerts: () => '/settings/alerts',
    prices: () => '/settings/prices',
    traces: () => '/settings/traces',
    demo: () => '/settings/demo',
    connect: (agent?: string, version?: string) => {
      const query = new URLSearchParams({ ...(agent && { agent }), ...(version && { version }) }).toString()
      return query ? `/settings/connect?${query}` : '/settings/connect'
    },
  },
  agents: () => '/agents',
  agent: (agent: string) => `/agents/${encodeURIComponent(agent)}`,
  policy: (agent: string) => `/agents/${encodeURIComponent(agent)}/policy`,
  design: () => '/design',
  instances: (agent: string) => `/agents/${encodeURIComponent(agent)}/instances`,
  readiness: (agent: string) => `/agents/${encodeURIComponent(agent)}/readiness`,
  /** The runs of an agent, narrowed as `lib/address/runs.ts` reads it. */
  runs: (agent: string, conditions: Readonly<Record<string, string>> = {}) =>
    withQuery(`/agents/${encodeURIComponent(agent)}/runs`, conditions),
  /** A run by its id, `traceId-spanId`. */
  run: (runId: string) => `/runs/${encodeURIComponent(runId)}`,
  newRollout: (agent?: string) =>
    agent ? `/rollouts/new?agent=${encodeURIComponent(agent)}` : '/rollouts/new',
  rollout: (agent: string, rolloutId: string) =>
    `/agents/${encodeURIComponent(agent)}/rollouts/${encodeURIComponent(rolloutId)}`,
  switches: () => '/switches',
  incidents: () => '/incidents',
  incident: (incidentId: string) => `/incidents/${encodeURIComponent(incidentId)}`,
  /** The incident as it stood at a moment, ISO 8601. */
  incidentAt: (incidentId: string, at: string) =>
    `/incidents/${encodeURIComponent(incidentId)}?${new URLSearchParams({ at })}`,
  incidentExport: (incidentId: string, format: 'md' | 'json') =>
    `/api/incidents/${encodeURIComponent(incidentId)}/export?format=${format}`,
  approvals: () => '/approvals',
  audit: (filter: { agent?: string; rollout?: string; entry?: string } = {}) => {
    const query = new URLSearchParams(filter).toString()
    return query ? `/audit?${query}` : '/audit'
  },

  auditExport: (format: 'csv' | 'jsonl', filter: Readonly<Record<string, string>> = {}) =>
    `/api/audit/export?${new URLSearchParams({ ...filter, format })}`,

  /** What the browser reads again when something changed. */
  views: {
    shell: () => '/api/views/shell',
    now: () => '/api/views/now',
    palette: (typed: string) => `/api/views/palette?${new URLSearchParams({ q: typed })}`,
    agents: () => '/api/views/agents',
    switches: () => '/api/views/switches',
    incidents: (conditions: Readonly<Record<string, string>> = {}) =>
      withQuery('/api/views/incidents', conditions),
    approvals: () => '/api/views/approvals',
    standing: (approvalId: string) => `/api/views/approvals/${encodeURIComponent(approvalId)}`,
    agent: (agent: string) => `/api/views/agents/${encodeURIComponent(agent)}`,
    connect: (agent: string) => `/api/views/connect/${encodeURIComponent(agent)}`,
    policy: (agent: string) => `/api/views/agents/${encodeURIComponent(agent)}/policy`,
    instances: (agent: string) => `/api/views/agents/${encodeURIComponent(agent)}/instances`,
    readiness: (agent: string) => `/api/views/agents/${encodeURIComponent(agent)}/readiness`,
    runs: (agent: string, conditions: Readonly<Record<string, string>> = {}) =>
      withQuery(`/api/views/agents/${encodeURIComponent(agent)}/runs`, conditions),
    run: (runId: string) => `/api/views/runs/${encodeURIComponent(runId)}`,
    alerts: (before: string | null) =>
      before === null ? '/api/views/alerts' : `/api/views/alerts?before=${encodeURIComponent(before)}`,
    rollout: (rolloutId: string) => `/api/views/rollouts/${encodeURIComponent(rolloutId)}`,
    series: (rolloutId: string, range?: string) =>
      withQuery(`/api/views/rollouts/${encodeURIComponent(rolloutId)}/series`, { range }),
    incident: (incidentId: string) => `/api/views/incidents/${encodeURIComponent(incidentId)}`,
    replay: (incidentId: string) => `/api/views/incidents/${encodeURIComponent(incidentId)}/replay`,
    travel: (incidentId: string) => `/api/views/incidents/${encodeURIComponent(incidentId)}/travel`,
    moment: (incidentId: string, at: string) =>
      `/api/views/incidents/${encodeURIComponent(incidentId)}/moment?${new URLSearchParams({ at })}`,
    audit: (filter: Readonly<Record<string, string>> = {}) => {
      const query = new URLSearchParams(filter).toString()
      return query ? `/api/views/audit?${query}` : '/api/views/audit'
    },
  },
  /** The event stream of a page: the views it follows, and where it stands. */
  live: (views: readonly string[], heard: string) => {
    const query = new URLSearchParams([...views.map((view) => ['view', view]), ['heard', heard]])
    return `/api/live?${query}`
  },

  /** Says that somebody is there, so that their session does not go idle. */
  stillHere: () => '/api/session/seen',

  /** Emergency doors: plain POST with an idempotency key, so that a kill waits behind nothing. */
  emergency: (rolloutId: string, act: 'rollback' | 'pause') =>
    `/api/rollouts/${encodeURIComponent(rolloutId)}/${act}`,
  engageSwitch: () => '/api/switches/engage',
} as const
