import { seededRandom } from '#lib/demo/random.ts'
import type { Decision } from '#lib/domain/decision/decide.ts'
import { isMissing } from '#lib/domain/decision/missing.ts'
import type { Reason } from '#lib/domain/decision/reasons.ts'
import { courseOf } from './course.ts'
import { drawsFrom } from './draws.ts'
import { guardOf } from './guard.ts'
import { policyOf } from './policy.ts'
import { type Rival, rivals, watchAlso } from './rivals.ts'
import type { Setting } from './setting.ts'
import { worldOf } from './world.ts'

/** One rollout from its first run to its last, by a clock of its own. The same setting and seed give the same rollout. */

/** Seconds since the fault began (or the rollout), and the candidate's runs since, when somebody saw something. */
export interface Seen {
  readonly afterS: number
  readonly runs: number
}

export interface Played {
  readonly seed: number
  /** The stop, with the question, the evidence and the window of that moment. */
  readonly stop: (Seen & Pick<Decision, 'question' | 'reason' | 'evidence' | 'window' | 'at'>) | null
  /** The first hold since the fault because runs of the candidate are missing. */
  readonly hold: (Seen & { readonly reason: Reason }) | null
  /** Seconds from the start until the last stage opened; null when it did not. */
  readonly fullS: number | null
  /** What the last check said. */
  readonly last: { readonly reason: Reason | null; readonly share: number }
  readonly rivals: Readonly<Partial<Record<Rival, Seen>>>
  readonly checks: number
  readonly runs: number
}

export function play(setting: Setting, seed: number): Played {
  const course = courseOf(setting)
  const world = worldOf(setting, drawsFrom(seededRandom(seed)), course)
  const seen = (at: number): Seen => ({
    afterS: (at - course.faultAt()) / 1000,
    runs: world.counts.candidate,
  })
  const ours = watchOf(setting, course, seen)
  const others = othersOf(setting, seen)

  for (;;) {
    const now = Math.min(world.beginsAt(), world.arrivesAt(), ours.looksAt())
    const isOver = ours.told().stop !== null && others.areOver()
    if (now >= course.endsAt() || isOver) break
    if (now === world.arrivesAt()) {
      const run = world.arrive()
      if (!run) break
      ours.see(run, now)
      others.see(run, now)
    } else if (now === ours.looksAt()) ours.look(now)
    else world.begin(now)
  }
  const fullAt = course.fullAt()
  return {
    seed,
    ...ours.told(),
    fullS: fullAt === null ? null : fullAt / 1000,
    rivals: others.seen,
    runs: world.counts.runs,
  }
}

/** Looks as often as the guard does, and lets the stages open; after a stop nothing moves any more. */
function watchOf(setting: Setting, course: ReturnType<typeof courseOf>, seen: (at: number) => Seen) {
  const { every, afterArrival } = setting.checkS
  const guard = guardOf(policyOf(setting))
  let told: Pick<Played, 'stop' | 'hold' | 'last' | 'checks'> = {
    stop: null,
    hold: null,
    last: { reason: null, share: 0 },
    checks: 0,
  }
  let looksAt = 0
  return {
    told: () => told,
    looksAt: () => looksAt,
    see: (run: Parameters<typeof guard.see>[0], now: number) => {
      if (told.stop) return
      const wentWrong = guard.see(run)
      if (now >= 0) looksAt = Math.min(looksAt, wentWrong ? now : now + afterArrival * 1000)
    },
    look: (now: number) => {
      const { decision, mayAdvance, againAt } = guard.look(now, course.periods)
      const { outcome, reason, question, evidence, window, at, missing } = decision
      const isMissed = reason === 'candidate_silent' && missing !== null && isMissing(missing)
      told = {
        stop: outcome === 'stop' ? { ...seen(now), question, reason, evidence, window, at } : null,
        hold: told.hold ?? (isMissed && now >= course.faultAt() ? { ...seen(now), reason } : null),
        last: { reason, share: course.periods.at(-1)?.share ?? 0 },
        checks: told.checks + 1,
      }
      if (mayAdvance) course.advance(now)
      looksAt = told.stop ? Number.POSITIVE_INFINITY : Math.min(now + every * 1000, againAt)
    },
  }
}

/** The other rules beside, and what they saw. */
function othersOf(setting: Setting, seenAt: (at: number) => Seen) {
  const { triggers } = policyOf(setting)
  const limitOf = (metric: string) => triggers.find((each) => each.metric === metric)?.limit ?? 1
  const others = watchAlso({ errors: limitOf('error_rate'), latencyMs: limitOf('latency_p95_ms') })
  const seen: Partial<Record<Rival, Seen>> = {}
  return {
    seen,
    areOver: () => rivals.every((rival) => seen[rival]),
    see: (run: Parameters<typeof others.see>[0], now: number) => {
      others.see(run)
      for (const rival of rivals) {
        if (others.stops[rival] !== undefined) seen[rival] ??= seenAt(now)
      }
    },
  }
}
