import 'server-only'
import type { RouteUse, Severity } from '#lib/domain/alertRoute.ts'
import { isNoticeKind } from '#lib/domain/notice.ts'
import { database } from '#lib/store/database.ts'
import type { AlertRoute, PrismaClient } from '#lib/store/generated/client.ts'

/** Where alerts go, and the messages that are owed or were: the outbox, newest first. */
export interface AlertsView {
  readonly slack: { readonly isConfigured: boolean; readonly channel: string | null }
  /** Agents with a channel of their own. */
  readonly channels: readonly { readonly agent: string; readonly channel: string }[]
  readonly routes: readonly AlertRouteLine[]
  /** Whom a route can be for. */
  readonly agents: readonly string[]
  readonly queued: number
  readonly notSent: number
  readonly messages: readonly OutboxLine[]
  /** What to ask for to read on; null at the end. */
  readonly older: string | null
}

/** One way for alerts besides the installation's channel. Never its secret. */
export interface AlertRouteLine {
  readonly routeId: string
  /** `*` is every agent. */
  readonly agent: string
  readonly severity: Severity
  readonly use: RouteUse
  readonly messenger: 'slack' | 'webhook'
  /** The channel, or the webhook's address. */
  readonly to: string
  readonly mention: string | null
  /** Until when the secret before the newest is used too; null when only one is. */
  readonly overlapEndsAt: string | null
}

export interface OutboxLine {
  readonly deliveryId: string
  readonly kind: string
  readonly agent: string | null
  readonly incidentId: string | null
  readonly channel: string | null
  readonly status: 'queued' | 'sent' | 'not_sent'
  readonly attempts: number
  readonly lastError: string | null
  readonly createdAt: string
  readonly sentAt: string | null
}

const pageMax = 50

/** The newest messages, or those before one of them. What a message says stays out: the incident has it. */
export async function readAlerts(before: string | null, db: PrismaClient = database()): Promise<AlertsView> {
  const known = before === null ? 0 : await db.delivery.count({ where: { id: before } })
  const [rows, agents, queued, notSent, routes] = await Promise.all([
    db.delivery.findMany({
      // A checkpoint an hour would bury what somebody has to look at.
      where: { OR: [{ kind: { not: 'checkpoint' } }, { status: { not: 'sent' } }] },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: pageMax + 1,
      ...(before !== null && known > 0 ? { cursor: { id: before }, skip: 1 } : {}),
    }),
    db.agent.findMany({ orderBy: { name: 'asc' } }),
    db.delivery.count({ where: { status: 'queued' } }),
    db.delivery.count({ where: { status: 'not_sent' } }),
    db.alertRoute.findMany({ orderBy: [{ agent: 'asc' }, { createdAt: 'asc' }] }),
  ])
  const routeOf = new Map(routes.map((route) => [route.id, route]))
  const shown = rows.slice(0, pageMax)
  const incidents = await db.incident.findMany({
    where: { id: { in: shown.flatMap(({ incidentId }) => incidentId ?? []) } },
    select: { id: true, agent: true },
  })
  const agentOf = new Map(incidents.map(({ id, agent }) => [id, agent]))
  return {
    slack: {
      isConfigured: Boolean(process.env['SWITCHBACK_SLACK_TOKEN']),
      channel: process.env['SWITCHBACK_SLACK_CHANNEL'] ?? null,
    },
    channels: agents.flatMap(({ name, alertChannel }) =>
      alertChannel === null ? [] : [{ agent: name, channel: alertChannel }],
    ),
    routes: routes.filter(({ removedAt }) => removedAt === null).map(lineOf),
    agents: agents.map(({ name }) => name),
    queued,
    notSent,
    messages: shown.map((row) => ({
      deliveryId: row.id,
      kind: row.kind,
      agent: row.incidentId ? (agentOf.get(row.incidentId) ?? null) : agentOfNotice(row),
      incidentId: row.incidentId,
      channel: routeOf.get(row.routeId ?? '')?.url ?? row.channel,
      status: row.status as OutboxLine['status'],
      attempts: row.attempts,
      lastError: row.lastError,
      createdAt: row.createdAt.toISOString(),
      sentAt: row.sentAt?.toISOString() ?? null,
    })),
    older: rows.length > pageMax ? (shown.at(-1)?.id ?? null) : null,
  }
}

function agentOfNotice({ kind, facts }: { kind: string; facts: unknown }): string | null {
  if (!isNoticeKind(kind)) return null
  return (facts as { agent?: string }).agent || null
}

function lineOf(route: AlertRoute): AlertRouteLine {
  return {
    routeId: route.id,
    agent: route.agent,
    severity: route.severity as Severity,
    use: route.use as RouteUse,
    messenger: route.messenger === 'webhook' ? 'webhook' : 'slack',
    to: route.url ?? route.channel ?? '',
    mention: route.mention,
    overlapEndsAt:
      route.overlapEndsAt && route.overlapEndsAt > new Date() ? route.overlapEndsAt.toISOString() : null,
  }
}
