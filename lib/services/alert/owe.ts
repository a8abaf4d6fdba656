import type { AlertKind } from '#lib/domain/alert.ts'
import { type RouteUse, severityOf, takes, webhookChannel } from '#lib/domain/alertRoute.ts'
import type { RouteCondition } from '#lib/domain/alertRoute.ts'
import type { NoticeFacts, NoticeKind } from '#lib/domain/notice.ts'
import type { AlertRoute, Delivery, Prisma } from '#lib/store/generated/client.ts'
import { enqueue } from '#lib/store/jobs.ts'
import type { Tx } from '#lib/store/transaction.ts'
import type { Context } from '../command.ts'

/**
 * Owes one message about an incident, in the transaction of what it tells, and its copies by the routes that take it.
 * The same event is owed once however often it is asked for; the guard's `deliver` brings it.
 */
export async function owe(
  tx: Tx,
  message: { incidentId: string; kind: AlertKind; channel: string | null },
  context: Context,
): Promise<void> {
  const { incidentId, kind, channel } = message
  const onceKey = `${incidentId}:${kind}`
  if (!(await oweOne(tx, { onceKey, incidentId, kind, channel, facts: {} }, context))) return
  const { agent } = await tx.incident.findUniqueOrThrow({ where: { id: incidentId } })
  const routes =
    kind === 'rollback_triggered'
      ? await routesOf(tx, { agent, kind, use: 'always' })
      : await routesThatHeard(tx, incidentId)
  for (const route of routes)
    await oweOne(tx, copyFor(route, { onceKey, incidentId, kind, facts: {} }), context)
}

/** Owes one message that is about no incident. Whoever may deliver brings it; the same event is owed once. */
export async function oweNotice(
  tx: Tx,
  notice: {
    onceKey: string
    kind: NoticeKind
    facts: NoticeFacts
    channel?: string | null
    routeId?: string
  },
  context: Context,
): Promise<string | null> {
  const { onceKey, kind, facts, channel = null, routeId = null } = notice
  const row = { onceKey, incidentId: null, kind, facts: { ...facts } }
  const id = await oweOne(tx, { ...row, channel, routeId }, context)
  // A test is of one way, and checkpoints are the installation's own.
  if (id === null || kind === 'test' || kind === 'checkpoint') return id
  for (const route of await routesOf(tx, { agent: facts.agent || null, kind, use: 'always' }))
    await oweOne(tx, copyFor(route, row), context)
  return id
}

/**
 * Owes a message that its own channel could not be given to the second channels too. Answers how many were added; none
 * the second time.
 */
export async function oweSecond(
  tx: Tx,
  delivery: Delivery,
  agent: string | null,
  context: Context,
): Promise<number> {
  const { routeId, kind, incidentId } = delivery
  if (routeId !== null || kind === 'test' || kind === 'checkpoint') return 0
  const routes = await routesOf(tx, { agent, kind: kind as AlertKind | NoticeKind, use: 'after_failures' })
  const row = {
    onceKey: delivery.onceKey,
    incidentId,
    kind: delivery.kind,
    facts: delivery.facts as Prisma.InputJsonObject,
  }
  const added = []
  for (const route of routes) added.push(await oweOne(tx, copyFor(route, row), context))
  return added.filter((id) => id !== null).length
}

/** What stands for a route in a delivery. */
export function channelOf(route: Pick<AlertRoute, 'id' | 'channel'>): string {
  return route.channel ?? webhookChannel(route.id)
}

interface Owed {
  readonly onceKey: string
  readonly incidentId: string | null
  readonly kind: string
  readonly channel: string | null
  readonly routeId?: string | null
  readonly facts: Prisma.InputJsonObject
}

async function oweOne(tx: Tx, owed: Owed, { now, newId }: Context): Promise<string | null> {
  if (await tx.delivery.findUnique({ where: { onceKey: owed.onceKey } })) return null
  const id = newId('dl')
  await tx.delivery.create({ data: { ...owed, id, status: 'queued', createdAt: now } })
  await enqueue(tx, 'deliver', { deliveryId: id }, { at: now })
  return id
}

function copyFor(route: AlertRoute, owed: Omit<Owed, 'channel' | 'routeId'>): Owed {
  const onceKey = `${owed.onceKey}:${route.id}`
  return { ...owed, onceKey, routeId: route.id, channel: channelOf(route) }
}

async function routesOf(
  tx: Tx,
  { agent, kind, use }: { agent: string | null; kind: AlertKind | NoticeKind; use: RouteUse },
): Promise<AlertRoute[]> {
  const alert = { agent, severity: severityOf(kind), use }
  const rows = await tx.alertRoute.findMany({ where: { removedAt: null }, orderBy: { id: 'asc' } })
  return rows.filter((row) => takes(row as AlertRoute & RouteCondition, alert))
}

/** Whoever was told of the stop hears the rest, in the same thread. */
async function routesThatHeard(tx: Tx, incidentId: string): Promise<AlertRoute[]> {
  const heard = await tx.delivery.findMany({
    where: { incidentId, kind: 'rollback_triggered', routeId: { not: null } },
    select: { routeId: true },
  })
  const ids = heard.flatMap(({ routeId }) => routeId ?? [])
  if (ids.length === 0) return []
  return await tx.alertRoute.findMany({ where: { id: { in: ids }, removedAt: null } })
}
