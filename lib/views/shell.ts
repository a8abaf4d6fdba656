import 'server-only'
import { type Actor, may, mayForAll } from '#lib/domain/actor.ts'
import { checkEveryMs, silentIntervals } from '#lib/domain/pace.ts'
import { database } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { openIncidentIds } from './openIncidents.ts'

/** What stands around every screen. */
export interface ShellView {
  readonly person: string
  readonly canReadAudit: boolean
  readonly canManagePeople: boolean
  readonly canManageTokens: boolean
  readonly openIncidents: number
  /** Whether an alert can reach anybody. */
  readonly slackConfigured: boolean
  readonly guard:
    | { readonly state: 'well' | 'none' }
    /** Nobody has judged anything since. */
    | { readonly state: 'silent'; readonly since: string }
}

/** How long the guard may say nothing before every page tells: twice what a missed beat of its own would be. */
const guardSilentMs = 2 * silentIntervals * checkEveryMs

export async function readShell(actor: Actor, now: Date, db: PrismaClient = database()): Promise<ShellView> {
  const [open, guard] = await Promise.all([
    openIncidentIds(actor, db),
    db.heartbeat.aggregate({ where: { kind: 'guard' }, _max: { at: true } }),
  ])
  return {
    person: actor.name,
    canReadAudit: may(actor, 'audit.read'),
    canManagePeople: mayForAll(actor, 'people.manage'),
    canManageTokens: mayForAll(actor, 'token.manage'),
    openIncidents: open.length,
    slackConfigured: Boolean(process.env.SWITCHBACK_SLACK_TOKEN),
    guard: guardState(guard._max.at, now),
  }
}

function guardState(lastAt: Date | null, now: Date): ShellView['guard'] {
  if (!lastAt) return { state: 'none' }
  const silent = now.getTime() - lastAt.getTime() > guardSilentMs
  return silent ? { state: 'silent', since: lastAt.toISOString() } : { state: 'well' }
}
