import { type Role, roles, type Scope, scopes } from '#lib/domain/actor.ts'

/** Every door of Switchback and who gets in. A page, route, action or edge address without a row fails doors.test.ts. */

/** What one that is let in, and nobody else, needs. */
export type Key =
  /** Nothing: the door is open to all. */
  | { readonly open: 'to all' }
  /** An API token with this scope. Without a good token 401, without the scope 403. */
  | { readonly token: Scope }
  /** A session of a person with one of these roles. Without one 401 (a page: to the sign-in), with another role 403. */
  | { readonly session: readonly Role[] }
  /** A one-time link: of an installation that has no administrator yet, or of a person who sets their password. */
  | { readonly link: 'first administrator' | 'own password' }
  /** Whoever signed the request with the secret that we share. */
  | { readonly signed: 'by Slack' }

export interface Door {
  readonly kind: 'page' | 'route' | 'action' | 'edge' | 'grpc'
  /** `GET` of a page; the exported name of an action. */
  readonly method: string
  /** As a caller writes it, parameters in braces; of an action, the file of lib/actions. */
  readonly path: string
  readonly key: Key
  /** A change, which has to come from our own pages: another origin gets 403. */
  readonly sameOrigin?: true
}

const open: Key = { open: 'to all' }
const token = (scope: Scope): Key => ({ token: scope })
const everyRole = Object.keys(roles) as Role[]
const anyone: Key = { session: everyRole }
const brake: Key = { session: ['on_call', 'release_manager', 'administrator'] }
const review: Key = { session: ['on_call', 'release_manager', 'administrator'] }
const policyEdit: Key = { session: ['policy_admin', 'release_manager', 'administrator'] }
const alertsEdit: Key = { session: ['policy_admin', 'administrator'] }
const release: Key = { session: ['release_manager', 'administrator'] }
const administrator: Key = { session: ['administrator'] }
const record: Key = {
  session: ['on_call', 'release_manager', 'approver', 'policy_admin', 'auditor', 'administrator'],
}

const page = (path: string, key: Key): Door => ({ kind: 'page', method: 'GET', path, key })
const route = (method: string, path: string, key: Key): Door => ({ kind: 'route', method, path, key })
const change = (path: string, key: Key): Door => ({ ...route('POST', path, key), sameOrigin: true })
const action = (file: string, name: string, key: Key): Door => ({
  kind: 'action',
  method: name,
  path: file,
  key,
})
const edge = (method: string, path: string, key: Key): Door => ({ kind: 'edge', method, path, key })
const grpc = (path: string, key: Key): Door => ({ kind: 'grpc', method: 'POST', path, key })

export const doors: readonly Door[] = [
  page('/', anyone),
  page('/agents', anyone),
  page('/agents/{agent}', anyone),
  page('/agents/{agent}/policy', anyone),
  page('/agents/{agent}/instances', anyone),
  page('/agents/{agent}/readiness', anyone),
  page('/agents/{agent}/rollouts/{rollout}', anyone),
  page('/agents/{agent}/runs', anyone),
  page('/runs/{run}', anyone),
  page('/approvals', anyone),
  page('/audit', record),
  page('/design', anyone),
  page('/incidents', anyone),
  page('/switches', anyone),
  page('/incidents/{incident}', anyone),
  page('/rollouts/new', anyone),
  page('/invitation', open),
  page('/settings', anyone),
  page('/settings/alerts', alertsEdit),
  page('/settings/connect', anyone),
  page('/settings/demo', administrator),
  page('/settings/people', administrator),
  page('/settings/prices', administrator),
  page('/settings/tokens', administrator),
  page('/settings/traces', administrator),
  page('/settings/you', anyone),
  page('/sign-in', open),
  page('/sign-in/again', anyone),
  page('/welcome', open),

  route('GET', '/api/health', open),
  route('GET', '/api/auth/{nextauth}', open),
  route('POST', '/api/auth/{nextauth}', open),
  route('GET', '/api/audit/export', record),
  route('GET', '/api/live', anyone),
  route('GET', '/api/views/agents', anyone),
  route('GET', '/api/views/agents/{agent}', anyone),
  route('GET', '/api/views/agents/{agent}/policy', anyone),
  route('GET', '/api/views/agents/{agent}/instances', anyone),
  route('GET', '/api/views/agents/{agent}/runs', anyone),
  route('GET', '/api/views/runs/{run}', anyone),
  route('GET', '/api/views/agents/{agent}/readiness', anyone),
  route('GET', '/api/views/alerts', alertsEdit),
  route('GET', '/api/views/approvals', anyone),
  route('GET', '/api/views/approvals/{approval}', anyone),
  route('GET', '/api/views/audit', record),
  route('GET', '/api/views/connect/{agent}', anyone),
  route('GET', '/api/views/incidents', anyone),
  route('GET', '/api/views/incidents/{incident}', anyone),
  route('GET', '/api/views/incidents/{incident}/moment', anyone),
  route('GET', '/api/views/incidents/{incident}/replay', anyone),
  route('GET', '/api/views/incidents/{incident}/travel', anyone),
  route('GET', '/api/incidents/{incident}/export', anyone),
  route('GET', '/api/views/now', anyone),
  route('GET', '/api/views/palette', anyone),
  route('GET', '/api/views/rollouts/{rollout}', anyone),
  route('GET', '/api/views/rollouts/{rollout}/series', anyone),
  route('GET', '/api/views/shell', anyone),
  route('GET', '/api/views/switches', anyone),
  route('POST', '/api/slack/interactions', { signed: 'by Slack' }),
  change('/api/session/seen', anyone),
  change('/api/rollouts/{id}/pause', brake),
  change('/api/rollouts/{id}/rollback', brake),
  change('/api/switches/engage', brake),

  route('GET', '/api/v1/openapi.json', open),
  route('GET', '/api/v1/agents/{agent}', token('read')),
  route('PUT', '/api/v1/agents/{agent}', token('deploy')),
  route('POST', '/api/v1/agents/{agent}/versions', token('deploy')),
  route('PUT', '/api/v1/agents/{agent}/stable', token('deploy')),
  route('POST', '/api/v1/agents/{agent}/rollouts', token('deploy')),
  route('GET', '/api/v1/rollouts/{id}', token('read')),
  route('POST', '/api/v1/rollouts/{id}/rollback', token('operate')),
  route('POST', '/api/v1/rollouts/{id}/pause', token('operate')),
  route('POST', '/api/v1/rollouts/{id}/resume', token('operate')),
  route('POST', '/api/v1/rollouts/{id}/promote', token('operate')),
  route('POST', '/api/v1/agents/{agent}/capabilities/{name}', token('operate')),
  route('POST', '/api/v1/capabilities/{name}', token('operate')),
  route('GET', '/api/v1/audit', token('read')),

  action('people.ts', 'createFirstAdministrator', { link: 'first administrator' }),
  action('people.ts', 'setPassword', { link: 'own password' }),
  action('people.ts', 'proveAgain', anyone),
  action('people.ts', 'changePassword', anyone),
  action('people.ts', 'endOwnSessions', anyone),
  action('people.ts', 'invite', administrator),
  action('people.ts', 'renewLink', administrator),
  action('people.ts', 'changeRoles', administrator),
  action('people.ts', 'disable', administrator),
  action('people.ts', 'enable', administrator),
  action('people.ts', 'setSlackUser', administrator),
  action('people.ts', 'endSessions', administrator),
  action('tokens.ts', 'createToken', administrator),
  action('tokens.ts', 'rotateToken', administrator),
  action('tokens.ts', 'revokeToken', administrator),
  action('connect.ts', 'connectAgent', administrator),
  action('connect.ts', 'adoptVersion', release),
  action('connect.ts', 'registerCandidate', release),
  // What it takes depends on what is asked for; each kind says it, and the command refuses.
  action('approval.ts', 'ask', anyone),
  action('approval.ts', 'decide', { session: ['approver', 'administrator'] }),
  action('approval.ts', 'cancel', anyone),
  action('incident.ts', 'review', review),
  action('incident.ts', 'note', review),
  action('incident.ts', 'compensate', review),
  action('demo.ts', 'startDemo', administrator),
  action('demo.ts', 'stopDemo', administrator),
  action('demo.ts', 'setDemoFault', administrator),
  action('drill.ts', 'runDrill', brake),
  action('drill.ts', 'scheduleDrills', release),
  action('instance.ts', 'forgetInstance', brake),
  action('policy.ts', 'publish', policyEdit),
  action('policy.ts', 'replayPast', anyone),
  action('alerts.ts', 'sendTestAlert', alertsEdit),
  action('alerts.ts', 'retryDelivery', alertsEdit),
  action('alerts.ts', 'sendTestByRoute', alertsEdit),
  action('alerts.ts', 'addAlertRoute', alertsEdit),
  action('alerts.ts', 'rotateWebhookSecret', alertsEdit),
  action('alerts.ts', 'removeAlertRoute', alertsEdit),
  action('prices.ts', 'addPrice', administrator),
  action('prices.ts', 'changePrice', administrator),
  action('prices.ts', 'endPrice', administrator),
  action('prices.ts', 'setShippedPrices', administrator),
  action('traces.ts', 'setTraceUrl', administrator),
  action('rollout.ts', 'startRollout', release),
  action('rollout.ts', 'readDocument', anyone),
  action('rollout.ts', 'resume', brake),
  action('rollout.ts', 'promote', release),

  edge('GET', '/healthz', open),
  edge('POST', '/v1/traces', token('telemetry')),
  edge('POST', '/v1/metrics', token('telemetry')),
  edge('POST', '/v1/logs', token('telemetry')),
  edge('POST', '/v1/scores', token('telemetry')),
  edge('GET', '/v1/stream', token('evaluate')),
  edge('GET', '/v1/table', token('evaluate')),
  edge('POST', '/v1/ack', token('evaluate')),
  edge('POST', '/ofrep/v1/evaluate/flags', token('evaluate')),
  edge('POST', '/ofrep/v1/evaluate/flags/{key}', token('evaluate')),

  grpc('/opentelemetry.proto.collector.trace.v1.TraceService/Export', token('telemetry')),
  grpc('/opentelemetry.proto.collector.logs.v1.LogsService/Export', token('telemetry')),
  grpc('/opentelemetry.proto.collector.metrics.v1.MetricsService/Export', token('telemetry')),
]

export type Asker =
  | { readonly with: 'nothing' | 'a wrong token' }
  | { readonly with: 'a token'; readonly scope: Scope }
  | { readonly with: 'a session'; readonly role: Role }

export const askers: readonly Asker[] = [
  { with: 'nothing' },
  { with: 'a wrong token' },
  ...(Object.keys(scopes) as Scope[]).map((scope) => ({ with: 'a token', scope }) as const),
  ...(Object.keys(roles) as Role[]).map((role) => ({ with: 'a session', role }) as const),
]

/** What an asker gets at a door. `unknown` is who shows nothing that this door looks at. */
export function welcome({ key }: Door, asker: Asker): 'in' | 'unknown' | 'forbidden' {
  if ('open' in key) return 'in'
  if ('token' in key) {
    if (asker.with !== 'a token') return 'unknown'
    return asker.scope === key.token ? 'in' : 'forbidden'
  }
  if ('session' in key) {
    if (asker.with !== 'a session') return 'unknown'
    return key.session.includes(asker.role) ? 'in' : 'forbidden'
  }
  return 'unknown'
}
