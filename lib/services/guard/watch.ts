import { z } from 'zod'
import { guardState } from '#lib/domain/guardWatch.ts'
import { paths } from '#lib/paths.ts'
import { readGuardFacts } from '#lib/store/guardWatch.ts'
import { announceChange } from '#lib/store/notices.ts'
import { oweNotice } from '../alert/owe.ts'
import { command } from '../command.ts'
import { done, unchanged } from '../outcome.ts'

const openKey = 'open'
const clock = (at: Date) => `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`

/**
 * Notes that no guard judges anything, and owes the alert: once a silence, however many processes notice it. Looks
 * again itself, so that a guard that came back meanwhile is not called silent.
 */
export const noticeSilence = command({
  name: 'guard.silent',
  capability: 'rollout.rollback',
  input: z.object({}),
  agent: () => undefined,
  async run(tx, _input, context) {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${watchLock}::bigint)`
    const state = guardState(await readGuardFacts(tx, context.now), context.now)
    if (state.kind !== 'silent') return unchanged(null)
    if (await tx.guardSilence.findUnique({ where: { openKey } })) return unchanged(null)

    const id = context.newId('gs')
    await tx.guardSilence.create({ data: { id, since: state.since, noticedAt: context.now, openKey } })
    const because = `Nothing was judged since ${clock(state.since)}`
    const text =
      `No guard is judging: nothing was judged since ${clock(state.since)}. ` +
      'No rollout moves or stops by itself, and promotion is frozen. Rolling back by hand works.'
    await oweNotice(
      tx,
      { onceKey: `guard_silent:${id}`, kind: 'guard_silent', facts: { text, path: paths.now() } },
      context,
    )
    await announceChange(tx, {})
    return done(id, { action: 'guard.silent', outcome: 'silent', details: { because, silence: id } })
  },
})

/** Notes that the rollouts are judged again, and owes the word of it. Answers null when nothing was wrong, or still is. */
export const noticeReturn = command({
  name: 'guard.back',
  capability: 'rollout.rollback',
  input: z.object({}),
  agent: () => undefined,
  async run(tx, _input, context) {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${watchLock}::bigint)`
    const open = await tx.guardSilence.findUnique({ where: { openKey } })
    if (!open) return unchanged(null)
    const facts = await readGuardFacts(tx, context.now)
    const state = guardState(facts, context.now)
    // A guard that said goodbye is not back; it is only not missed any more.
    if (state.kind === 'silent') return unchanged(null)

    await tx.guardSilence.update({ where: { id: open.id }, data: { endedAt: context.now, openKey: null } })
    const seconds = Math.round((context.now.getTime() - open.since.getTime()) / 1000)
    const said = state.kind === 'well' ? 'A guard is judging again' : 'No rollout waits for a guard any more'
    const text = `${said}, after ${seconds} s without one.`
    await oweNotice(
      tx,
      {
        onceKey: `guard_back:${open.id}`,
        kind: 'guard_back',
        facts: { text, path: paths.now(), threadOf: `guard_silent:${open.id}` },
      },
      context,
    )
    await announceChange(tx, {})
    return done(open.id, {
      action: 'guard.back',
      outcome: state.kind === 'well' ? 'back' : 'not_needed',
      details: { because: `After ${seconds} s`, silence: open.id },
    })
  },
})

/** Held while the guard's state is judged; any number only has to be ours. */
const watchLock = 7_146_302_513
