import 'server-only'
import { type Acks, ackSentence, pendingMs } from '#lib/domain/acknowledgement.ts'
import { type Actor, may } from '#lib/domain/actor.ts'
import { engageEffect, everyAgent, everyTool, isStrict, switchWords } from '#lib/domain/killSwitch.ts'
import { database } from '#lib/store/database.ts'
import type { CapabilityState, PrismaClient } from '#lib/store/generated/client.ts'
import { readHeard } from '#lib/store/instances.ts'
import { readAcks } from './acks.ts'
import { whereAlone } from './approvals.ts'
import { visibleAgents } from './visibleAgents.ts'

/** Every kill switch: what was ordered, by whom, why, until when, and what the instances report. */
export interface SwitchesView {
  /** Every agent first, then agents of which something is denied, or was, then the others. */
  readonly scopes: readonly SwitchScope[]
}

export interface SwitchScope {
  /** `*`: every agent. */
  readonly agent: string
  readonly switches: readonly SwitchLine[]
  readonly instances: {
    readonly of: number
    /** How many were heard within the last fifteen seconds. */
    readonly lately: number
    /** When the one that is silent for longest was last heard; null when none is. */
    readonly silentSince: string | null
  }
  /** Nobody else could approve a release here. */
  readonly alone: boolean
  readonly whyNotEngage: string | null
  readonly whyNotRelease: string | null
}

export interface SwitchLine {
  readonly agent: string
  readonly name: string
  readonly words: string
  readonly effect: string
  /** What this scope orders; null where nobody ever ordered anything. */
  readonly order: SwitchOrdered | null
  /** The wider switch that denies it too, in words; null when none does. */
  readonly alsoDeniedBy: string | null
  /** Somebody asked for its release. */
  readonly releaseWaits: boolean
}

export interface SwitchOrdered {
  readonly state: 'allow' | 'deny'
  readonly by: string
  readonly reason: string
  readonly at: string
  readonly revision: number
  /** Engaged for a rollback: proven recovery lifts it. */
  readonly incidentId: string | null
  readonly askAt: string | null
  /** It asks now whether it is still needed. */
  readonly asks: boolean
  readonly acks:
    | (Pick<Acks, 'of' | 'switched' | 'complete' | 'lastMs'> & { readonly sentence: string })
    | null
}

const always = ['agent', 'writes', everyTool]
const toolsSinceMs = 24 * 3_600_000
const runsLookedAt = 5_000

/** The switches of every agent that the actor may see; or of one. */
export async function readSwitches(
  actor: Actor,
  now: Date,
  db: PrismaClient = database(),
  only: string | null = null,
): Promise<SwitchesView> {
  const { agent: seen } = visibleAgents(actor)
  const [agents, rows, waiting, tools, heard, isAlone] = await Promise.all([
    db.agent.findMany({
      where: { name: { ...seen, ...(only === null ? {} : { equals: only }) } },
      select: { name: true },
      orderBy: { name: 'asc' },
    }),
    db.capabilityState.findMany({ orderBy: { name: 'asc' } }),
    db.approval.findMany({ where: { kind: 'switch_release', status: 'waiting' }, select: { subject: true } }),
    readTools(db, now),
    readHeard(db, now),
    whereAlone(db, actor),
  ])
  const names = [...(only === null ? [everyAgent] : []), ...agents.map(({ name }) => name)]
  const waits = new Set(waiting.map(({ subject }) => subject))
  const scopes = await Promise.all(
    names.map(async (agent): Promise<SwitchScope> => {
      const own = rows.filter((row) => row.agent === agent)
      const used = tools.filter((tool) => agent === everyAgent || tool.agent === agent)
      const listed = new Set([
        ...always,
        ...own.map(({ name }) => name),
        ...used.map(({ name }) => name).sort(),
      ])
      return {
        agent,
        switches: await Promise.all([...listed].map((name) => lineOf(db, { agent, name }, rows, waits, now))),
        instances: reportingOf(agent, heard, now),
        alone: isAlone(agent),
        whyNotEngage: may(actor, 'switch.engage', agent) ? null : 'Your role cannot engage it',
        whyNotRelease: may(actor, 'switch.release', agent) ? null : 'Your role cannot release it',
      }
    }),
  )
  const rank = ({ agent, switches }: SwitchScope) => {
    if (agent === everyAgent) return 0
    if (switches.some(({ order }) => order?.state === 'deny')) return 1
    return switches.some(({ order }) => order !== null) ? 2 : 3
  }
  return { scopes: scopes.toSorted((a, b) => rank(a) - rank(b)) }
}

async function lineOf(
  db: PrismaClient,
  subject: { readonly agent: string; readonly name: string },
  rows: readonly CapabilityState[],
  waits: ReadonlySet<string>,
  now: Date,
): Promise<SwitchLine> {
  const { agent, name } = subject
  const row = rows.find((each) => each.agent === agent && each.name === name)
  const wider = [everyAgent, agent]
    .flatMap((scope) =>
      [name, ...(name.startsWith('tool:') ? [everyTool] : []), 'agent'].map((each) => [scope, each]),
    )
    .filter(([scope, each]) => scope !== agent || each !== name)
    .find(([scope, each]) =>
      rows.some((other) => other.agent === scope && other.name === each && other.state === 'deny'),
    )
  return {
    ...subject,
    words: switchWords(subject),
    effect: engageEffect(subject),
    order: row ? await orderedOf(db, row, now) : null,
    alsoDeniedBy: wider ? switchWords({ agent: wider[0] ?? agent, name: wider[1] ?? name }) : null,
    releaseWaits: waits.has(`${agent}:${name}`),
  }
}

async function orderedOf(db: PrismaClient, row: CapabilityState, now: Date): Promise<SwitchOrdered> {
  const fences = row.state === 'deny' && isStrict(row.name)
  const order = { agent: row.agent, rev: row.sinceRev, at: row.setAt, fences, kept: row.acks }
  const acks = await readAcks(db, order, now)
  return {
    state: row.state === 'deny' ? 'deny' : 'allow',
    by: (row.setBy as { name: string }).name,
    reason: row.reason,
    at: row.setAt.toISOString(),
    revision: Number(row.sinceRev),
    incidentId: row.incidentId,
    askAt: row.until?.toISOString() ?? null,
    asks: row.state === 'deny' && row.until !== null && row.until <= now,
    acks: acks && {
      of: acks.of,
      switched: acks.switched,
      complete: acks.complete,
      lastMs: acks.lastMs,
      sentence: ackSentence(acks),
    },
  }
}

function reportingOf(
  agent: string,
  heard: Awaited<ReturnType<typeof readHeard>>,
  now: Date,
): SwitchScope['instances'] {
  const instances = heard.filter(
    ({ agents }) => agent === everyAgent || agents.length === 0 || agents.includes(agent),
  )
  const silent = instances
    .map(({ heardAt }) => heardAt.getTime())
    .filter((at) => now.getTime() - at >= pendingMs)
  return {
    of: instances.length,
    lately: instances.length - silent.length,
    silentSince: silent.length > 0 ? new Date(Math.min(...silent)).toISOString() : null,
  }
}

/** The tools that agents called lately, as names of switches. */
async function readTools(db: PrismaClient, now: Date): Promise<{ agent: string; name: string }[]> {
  const since = new Date(now.getTime() - toolsSinceMs)
  return await db.$queryRaw<{ agent: string; name: string }[]>`
    SELECT DISTINCT r.agent, 'tool:' || (t.use->>'name') AS name
    FROM (
      SELECT agent, tools FROM run WHERE received_at >= ${since} AND folded_into IS NULL
      ORDER BY received_at DESC LIMIT ${runsLookedAt}
    ) r, jsonb_array_elements(r.tools) AS t (use)
    WHERE t.use->>'name' ~ '^[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,99}$'`
}
