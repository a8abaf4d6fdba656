import type { AlertKind } from './alert.ts'
import type { NoticeKind } from './notice.ts'

/** Where alerts go besides the installation's own channel: by agent and by how grave they are. */

/** Mildest first. A route takes its severity and what is graver. */
export const severities = ['info', 'warning', 'critical'] as const
export type Severity = (typeof severities)[number]

/** `always`; or `after_failures`, only what another channel could not be given. */
export const routeUses = ['always', 'after_failures'] as const
export type RouteUse = (typeof routeUses)[number]

/** After so many attempts a message is owed to the second channel too, while the first goes on being tried. */
export const failuresBeforeSecond = 3

/** A Slack user group, as its id is written. */
export const groupIdPattern = /^S[A-Z0-9]{8,20}$/

export interface RouteCondition {
  /** `*` is every agent, and what is about none. */
  readonly agent: string
  readonly severity: Severity
  readonly use: RouteUse
}

/** Whether what is so grave and about this agent (null: about the installation) goes this way. */
export function takes(
  route: RouteCondition,
  alert: { readonly agent: string | null; readonly severity: Severity; readonly use: RouteUse },
): boolean {
  if (route.use !== alert.use) return false
  if (route.agent !== '*' && route.agent !== alert.agent) return false
  return severities.indexOf(alert.severity) >= severities.indexOf(route.severity)
}

/**
 * How grave a message is. Everything of an incident is as grave as the incident: who was told of the stop hears how it
 * ended.
 */
export function severityOf(kind: AlertKind | NoticeKind): Severity {
  switch (kind) {
    case 'rollback_triggered':
    case 'switch_applied':
    case 'recovery':
    case 'guard_silent':
    case 'held':
    case 'glass_broken':
      return 'critical'
    case 'switch_expired':
    case 'approval':
    case 'drill_failed':
      return 'warning'
    case 'guard_back':
    case 'drill_passed':
    case 'checkpoint':
    case 'test':
      return 'info'
    default:
      return kind satisfies never
  }
}

const webhookPrefix = 'webhook:'

/** What stands for a webhook where a Slack channel would. No channel of Slack's has a colon. */
export const webhookChannel = (routeId: string) => `${webhookPrefix}${routeId}`

export const isWebhookChannel = (channel: string) => channel.startsWith(webhookPrefix)

/** The route behind a webhook's channel; null when it is none. */
export function routeOfChannel(channel: string): string | null {
  return isWebhookChannel(channel) ? channel.slice(webhookPrefix.length) : null
}
