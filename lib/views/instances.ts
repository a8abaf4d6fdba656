import 'server-only'
import { type AckClass, classOf, forgottenMs, leaseEnd, whyNotForget } from '#lib/domain/acknowledgement.ts'
import { type Actor, may } from '#lib/domain/actor.ts'
import { database } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { readInstances } from '#lib/store/instances.ts'

/** The processes that decide by our table for one agent, and what each last reported. */
export interface InstancesView {
  readonly agent: string
  /** The newest revision of the table; null before there is one. */
  readonly revision: number | null
  /** For how long an instance draws a candidate after its last report; 0: leases are off. */
  readonly leaseSeconds: number
  /** After so long without a report an instance is left out by itself. */
  readonly forgottenMinutes: number
  /** Whoever is not at the newest table first, then by host. */
  readonly instances: readonly InstanceLine[]
  /** How many more there are. */
  readonly more: number
  readonly counts: Readonly<Record<AckClass, number>>
}

export interface InstanceLine {
  readonly id: string
  readonly host: string | null
  readonly pid: number | null
  readonly sdkVersion: string | null
  /** `stream` or `poll`. */
  readonly mode: string
  readonly revision: number
  /** How it stands to the newest table. */
  readonly state: AckClass
  readonly heardAt: string
  /** When a silent one has stopped to draw the candidate by itself, or will have; null without a lease. */
  readonly fencedAt: string | null
  /** Why it refused a table; null when it did not. */
  readonly refused: string | null
  /** Turns that run, by version, those that have some. */
  readonly inflight: readonly { readonly version: string; readonly turns: number }[]
  readonly whyNotForget: string | null
}

const shownMax = 500
const worstFirst: readonly AckClass[] = ['rejected', 'silent', 'fenced', 'pending', 'switched']

/** The instances of the agent; null when there is no such agent, or it is not this person's to see. */
export async function readInstancesPage(
  agent: string,
  actor: Actor,
  now: Date,
  db: PrismaClient = database(),
): Promise<InstancesView | null> {
  if (!may(actor, 'view', agent)) return null
  const [row, head] = await Promise.all([
    db.agent.findUnique({ where: { name: agent }, select: { name: true } }),
    db.routingHead.findUnique({ where: { id: 1 } }),
  ])
  if (!row) return null
  const newest = { epoch: Number(head?.epoch ?? 0), rev: Number(head?.rev ?? 0), fences: true }
  const reported = await readInstances(db, agent, newest, now)
  const mayForget = may(actor, 'switch.engage', agent)
  const lines = reported
    .map((instance): InstanceLine => {
      const state = classOf(instance, newest, now.getTime())
      const isQuiet = (state === 'silent' || state === 'fenced') && instance.leaseMs > 0
      return {
        id: instance.id,
        host: instance.host,
        pid: instance.pid,
        sdkVersion: instance.sdkVersion,
        mode: instance.mode,
        revision: instance.rev,
        state,
        heardAt: new Date(instance.heardAt).toISOString(),
        fencedAt: isQuiet ? new Date(leaseEnd(instance)).toISOString() : null,
        refused: instance.nack?.error ?? null,
        inflight: Object.entries(instance.inflight)
          .filter(([, turns]) => turns > 0)
          .map(([version, turns]) => ({ version, turns })),
        whyNotForget: mayForget
          ? whyNotForget(instance, now.getTime())
          : 'Your role cannot take an instance off the list',
      }
    })
    .sort((a, b) => worstFirst.indexOf(a.state) - worstFirst.indexOf(b.state))
  return {
    agent,
    revision: head ? newest.rev : null,
    leaseSeconds: (head?.leaseMs ?? 0) / 1000,
    forgottenMinutes: forgottenMs / 60_000,
    instances: lines.slice(0, shownMax),
    more: Math.max(0, lines.length - shownMax),
    counts: countsOf(lines),
  }
}

function countsOf(lines: readonly InstanceLine[]): Record<AckClass, number> {
  const counts: Record<AckClass, number> = { switched: 0, rejected: 0, pending: 0, silent: 0, fenced: 0 }
  for (const { state } of lines) counts[state] += 1
  return counts
}
