import { randomUUID } from 'node:crypto'
import { listen, type Listener } from '#lib/store/listen.ts'
import { channels, type Change } from '#lib/store/notices.ts'

/** What changed, for the open pages of this process: one connection to PostgreSQL, however many tabs are open. */

interface Changes {
  /** Names this process, and how many changes it heard of: where a page stands that has heard them all. */
  readonly boot: string
  count: number
  readonly heard: Set<(change: Change) => void>
  readonly listener: Listener
}

const shared = globalThis as typeof globalThis & { switchbackChanges?: Changes }

/** Calls back after each committed change; an empty change means that some may have been missed. Answers how to stop. */
export function followChanges(onChange: (change: Change) => void): () => void {
  const changes = (shared.switchbackChanges ??= startListening())
  changes.heard.add(onChange)
  return () => changes.heard.delete(onChange)
}

function startListening(): Changes {
  const url = process.env.DATABASE_URL
  if (!url) throw new Error('DATABASE_URL is not set: start Switchback with npm start')
  const heard = new Set<(change: Change) => void>()
  const changes = { boot: randomUUID().slice(0, 8), count: 0, heard }
  const tell = (change: Change) => {
    changes.count += 1
    for (const each of heard) each(change)
  }
  let connections = 0
  const listener = listen(url, channels.change, {
    notice: (payload) => tell(JSON.parse(payload) as Change),
    connect: () => {
      connections += 1
      if (connections > 1) tell({})
    },
    lost: () => undefined,
  })
  return Object.assign(changes, { listener })
}

/** Where a page stands that has heard of every change until now: `boot.count`. Another process counts anew. */
export function changesHeard(): string {
  const { boot, count } = (shared.switchbackChanges ??= startListening())
  return `${boot}.${count}`
}
