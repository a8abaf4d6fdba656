import 'server-only'
import { type Actor, may, mayForAll } from '#lib/domain/actor.ts'
import { guardState } from '#lib/domain/guardWatch.ts'
import { database } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { readGuardFacts } from '#lib/store/guardWatch.ts'
import { countForMe } from './approvals.ts'
import { type DemoView, readDemo } from './demo.ts'
import { openIncidentIds } from './openIncidents.ts'

/** What stands around every screen. */
export interface ShellView {
  readonly person: string
  readonly personId: string
  /** How they prove again who they are: by password, or at their provider. */
  readonly hasPassword: boolean
  readonly canReadAudit: boolean
  readonly canManagePeople: boolean
  readonly canManageTokens: boolean
  readonly canEditAlerts: boolean
  readonly canEditSettings: boolean
  readonly openIncidents: number
  /** Approvals that wait for this person. */
  readonly approvalsForMe: number
  /** Whether an alert can reach anybody. */
  readonly slackConfigured: boolean
  /** The made-up agent, while somebody wants it; null when nobody does. */
  readonly demo: DemoView | null
  readonly canRunDemo: boolean
  readonly guard:
    | { readonly state: 'well' | 'none' }
    /** Nobody has judged anything since. */
    | { readonly state: 'silent'; readonly since: string }
}

export async function readShell(actor: Actor, now: Date, db: PrismaClient = database()): Promise<ShellView> {
  const [open, forMe, facts, withPassword, demo] = await Promise.all([
    openIncidentIds(actor, db),
    countForMe(actor, now, db),
    readGuardFacts(db, now),
    db.person.count({ where: { id: actor.id, passwordHash: { not: null } } }),
    readDemo(db, now),
  ])
  const guard = guardState(facts, now)
  return {
    person: actor.name,
    personId: actor.id,
    hasPassword: withPassword > 0,
    canReadAudit: may(actor, 'audit.read'),
    canManagePeople: mayForAll(actor, 'people.manage'),
    canManageTokens: mayForAll(actor, 'token.manage'),
    canEditAlerts: mayForAll(actor, 'alerts.edit'),
    canEditSettings: mayForAll(actor, 'settings.edit'),
    openIncidents: open.length,
    approvalsForMe: forMe,
    demo,
    canRunDemo: mayForAll(actor, 'demo.run'),
    slackConfigured: Boolean(process.env.SWITCHBACK_SLACK_TOKEN),
    guard:
      guard.kind === 'silent' ? { state: 'silent', since: guard.since.toISOString() } : { state: guard.kind },
  }
}
