import type { Logger } from 'pino'
import { type EdgeNote, type EdgeNoteKind, noted } from '#lib/domain/edgeNote.ts'
import { addEdgeNotes } from '#lib/store/edgeNotes.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'

/** What this edge saw and did not count, for whoever connects an agent. Nothing waits for it. */
export interface EdgeNotes {
  add(kind: EdgeNoteKind, said?: Said): void
  /** Writes down what was noted. What cannot be written now is tried again. */
  write(): Promise<void>
}

interface Said {
  readonly agent?: string | null
  readonly detail?: string
  /** Default 1. */
  readonly count?: number
}

/** How many different notes are taken in an hour: whoever sends nonsense fills no table. */
const kindsMax = 200
const hourMs = 3_600_000
const detailMax = 300
const agentMax = 63

export function edgeNotes({
  db,
  instance,
  log,
}: {
  readonly db: PrismaClient
  readonly instance: string
  readonly log: Logger
}): EdgeNotes {
  let notes: readonly EdgeNote[] = []
  let known = new Set<string>()
  let knownSince = Date.now()

  function isOneTooMany(key: string): boolean {
    if (Date.now() - knownSince > hourMs) [known, knownSince] = [new Set(), Date.now()]
    if (!known.has(key) && known.size >= kindsMax) return true
    known.add(key)
    return false
  }

  return {
    add(kind, { agent = null, detail = '', count = 1 } = {}) {
      if (isOneTooMany(`${kind} ${agent ?? ''}`)) return
      notes = noted(notes, {
        kind,
        agent: agent === null ? null : clean(agent).slice(0, agentMax),
        detail: clean(detail).slice(0, detailMax),
        count,
        lastAt: new Date(),
      })
    },
    async write() {
      const taken = notes
      notes = []
      await addEdgeNotes(db, instance, taken, new Date()).catch((error: unknown) => {
        notes = notes.reduce(noted, taken)
        log.debug({ err: error }, 'What was noted did not reach the database')
      })
    },
  }
}

/** PostgreSQL takes no NUL in a text, and a line is one line. */
function clean(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ')
}
