import 'server-only'
import { type Actor, may } from '#lib/domain/actor.ts'
import { database } from '#lib/store/database.ts'
import type { Change } from '#lib/store/notices.ts'
import { readAgent } from './agent.ts'
import { followChanges } from './changes.ts'
import { readConnect } from './connect.ts'
import { readIncident } from './incident.ts'
import { readNow } from './now.ts'
import { readRollout } from './rollout.ts'
import { readRolloutSeries } from './rolloutSeries.ts'
import { readShell } from './shell.ts'
import { readSwitches } from './switches.ts'
import { shareView, type SharedView, type SharedViewParts } from './sharedView.ts'

/** The views that open pages are sent rather than ask for: read once for each person who looks, however many tabs. */

type Reading = Pick<SharedViewParts, 'isAbout' | 'gatherMs' | 'everyMs'> & {
  read(actor: Actor, now: Date, changes: readonly Change[]): Promise<object | null>
}

const burstMs = 100

/** What a page can follow, by kind; `name` is what it is about. `now` sends the rows that changed, the others the whole. */
const kinds: Readonly<Record<string, (name: string) => Reading>> = {
  rollout: (name) => ({
    gatherMs: burstMs,
    everyMs: 5_000,
    isAbout: (change) => change.rollout === undefined || change.rollout === name,
    read: (actor, now) => readRollout(name, actor, now),
  }),
  series: (name) => ({
    gatherMs: 5_000,
    everyMs: 10_000,
    isAbout: (change) => change.rollout === name,
    read: (actor, now) => readRolloutSeries(name, actor, now),
  }),
  incident: (name) => ({
    gatherMs: burstMs,
    everyMs: 5_000,
    isAbout: (change) => change.incident === undefined || change.incident === name,
    read: (actor, now) => readIncident(name, actor, now),
  }),
  agent: (name) => ({
    gatherMs: 2 * burstMs,
    everyMs: 15_000,
    isAbout: (change) => change.agent === undefined || change.agent === name,
    read: async (actor, now) => (may(actor, 'view', name) ? await readAgent(name, actor, now) : null),
  }),
  // What arrives announces nothing: it is looked at each second, while somebody waits for it.
  connect: (name) => ({
    gatherMs: burstMs,
    everyMs: 1_000,
    isAbout: (change) => change.agent === undefined || change.agent === name,
    read: async (actor, now) => (may(actor, 'view', name) ? await readConnect(name, actor, now) : null),
  }),
  switches: () => ({
    gatherMs: 3 * burstMs,
    everyMs: 5_000,
    isAbout: () => true,
    read: (actor, now) => readSwitches(actor, now),
  }),
  shell: () => ({
    gatherMs: 10 * burstMs,
    everyMs: 5_000,
    isAbout: () => true,
    read: (actor, now) => readShell(actor, now),
  }),
  now: () => ({
    gatherMs: 2 * burstMs,
    everyMs: null,
    isAbout: () => true,
    read: (actor, now, changes) => {
      const agents = changes.flatMap((change) => change.agent ?? [])
      return readNow(actor, now, database(), agents.length < changes.length ? null : [...new Set(agents)])
    },
  }),
}

/** `rollout:ro_1`; of a kind that is about nothing in particular only the kind. */
export function isPushed(key: string): boolean {
  const [kind = ''] = key.split(':', 1)
  return Object.hasOwn(kinds, kind)
}

interface Held {
  readonly views: Map<string, SharedView>
}
const shared = globalThis as typeof globalThis & { switchbackPushed?: Held }

/** Sends a view to one page, each time that it changed, until told to stop. `onError`: it could not be read. */
export function followView(
  key: string,
  actor: Actor,
  send: (text: string) => void,
  onError: () => void,
): () => void {
  const views = (shared.switchbackPushed ??= holdViews()).views
  // Who may do the same sees the same; a person whose roles changed follows another one.
  const id = `${key} ${actor.id} ${JSON.stringify(actor.grants)}`
  const found = views.get(id)
  if (found) return found.follow({ send, onError })
  const [kind = '', ...rest] = key.split(':')
  const reading = kinds[kind]?.(rest.join(':'))
  if (!reading) throw new Error(`There is no view ${key} to follow`)
  const view = shareView({
    ...reading,
    onEmpty: () => views.delete(id),
    async read(changes) {
      const data = await reading.read(actor, new Date(), changes)
      return data === null ? null : JSON.stringify({ key, data })
    },
  })
  views.set(id, view)
  return view.follow({ send, onError })
}

function holdViews(): Held {
  const views = new Map<string, SharedView>()
  followChanges((change) => {
    for (const view of views.values()) view.changed(change)
  })
  return { views }
}
