import type { Logger } from 'pino'
import { systemActor } from '#lib/domain/actor.ts'
import { confirmSilenceMs, guardState } from '#lib/domain/guardWatch.ts'
import { deliver, type DeliverParts } from '#lib/services/alert/deliver.ts'
import { noticeReturn, noticeSilence } from '#lib/services/guard/watch.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { owedGuardNotices, readGuardFacts } from '#lib/store/guardWatch.ts'

/** How the edge brings its own messages; the guard cannot tell that it is gone. */
export type Messaging = Pick<DeliverParts, 'publicUrl' | 'channel'> & {
  readonly messenger: Parameters<typeof deliver>[1]
}

export interface WatchParts extends Messaging {
  readonly db: PrismaClient
  readonly log: Logger
}

/** One look at the guard. Remembers between looks only since when it has seen silence. */
export function guardWatch({ db, log, messenger, publicUrl, channel }: WatchParts) {
  let seenSince: Date | null = null
  const notBefore = new Map<string, number>()

  async function bring(now: Date): Promise<void> {
    for (const id of await owedGuardNotices(db)) {
      if ((notBefore.get(id) ?? 0) > now.getTime()) continue
      const again = await deliver(id, messenger, { db, publicUrl, channel })
      if (again) notBefore.set(id, now.getTime() + again.afterMs)
      else notBefore.delete(id)
    }
  }

  return async function look(now = new Date()): Promise<void> {
    const state = guardState(await readGuardFacts(db, now), now)
    if (state.kind === 'silent') {
      seenSince ??= now
      if (now.getTime() - seenSince.getTime() < confirmSilenceMs) return
      const noticed = await noticeSilence({}, systemActor, { db, now })
      if (noticed.ok && noticed.value) log.error({ since: state.since }, 'No guard is judging')
    } else {
      seenSince = null
      const back = await noticeReturn({}, systemActor, { db, now })
      if (back.ok && back.value) log.info('A guard is judging again')
    }
    await bring(now)
  }
}
