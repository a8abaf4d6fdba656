import type { Course } from './course.ts'
import { type Draws, zipfRanks } from './draws.ts'
import { servedBy } from './guard.ts'
import { queueOf } from './queue.ts'
import type { Setting } from './setting.ts'
import { newTalk, runOf, type SimulatedRun, type Talk } from './traffic.ts'

/** Who begins to talk, when, and what becomes of it, by the clock of the simulation. */
export interface World {
  /** When the next run begins. */
  readonly beginsAt: () => number
  readonly begin: (now: number) => void
  /** When the next run comes in. */
  readonly arrivesAt: () => number
  readonly arrive: () => SimulatedRun | undefined
  /** How many runs began, and how many of the candidate's since the fault. */
  readonly counts: { runs: number; candidate: number }
}

const dayMs = 86_400_000
/** The share of the runs of users that are of one nobody knows. */
const newUsers = 0.3
const retryS = [0.5, 3] as const

export function worldOf(setting: Setting, draws: Draws, course: Course): World {
  const { perSecond, swing, thinkS, retried, pinned, beforeS } = setting
  const talks = queueOf<Talk>()
  const arrivals = queueOf<SimulatedRun>()
  const nextTalk = talkers(setting, draws)
  const counts = { runs: 0, candidate: 0 }
  let nextTalkAt = -beforeS * 1000

  function run(talk: Talk, now: number): void {
    const period = course.served(now)
    const side = talk.pin ?? servedBy(talk.drawn, period?.share ?? 0)
    if (pinned) talk.pin = side
    const { isRetry } = talk
    talk.isRetry = false
    if (!isRetry) {
      talk.number += 1
      talk.left -= 1
    }
    if (side === 'candidate' && now >= course.faultAt()) counts.candidate += 1
    const outcome = runOf(setting, draws, talk, {
      at: now,
      side,
      shareSince: period?.inForceAt ?? Number.NEGATIVE_INFINITY,
      isRetry,
      fault: course.faultOf(side, now, talk.number),
    })
    if (!outcome) return
    counts.runs += 1
    arrivals.add(outcome.run.receivedAt, outcome.run)
    if (outcome.run.failed && draws.isOne(retried)) {
      talk.isRetry = true
      talks.add(outcome.endsAt + 1000 * draws.within(...retryS), talk)
    } else if (talk.left > 0) talks.add(outcome.endsAt + draws.exponential(1000 * thinkS), talk)
  }

  return {
    counts,
    beginsAt: () => Math.min(nextTalkAt, talks.nextAt()),
    begin: (now) => {
      if (now < nextTalkAt) {
        const talk = talks.take()
        if (talk) run(talk, now)
        return
      }
      run(nextTalk(), now)
      const busy = 1 + swing * Math.sin((2 * Math.PI * now) / dayMs)
      nextTalkAt = now + draws.exponential(1000 / (perSecond * busy))
    },
    arrivesAt: arrivals.nextAt,
    arrive: arrivals.take,
  }
}

/** Conversations one after the other, or users, some of them again and again. */
function talkers(setting: Setting, draws: Draws): () => Talk {
  let unit = setting.users
  const fresh = () => newTalk(setting, draws, unit++)
  if (setting.users === 0) return fresh
  const rank = zipfRanks(setting.users)
  const users = new Map<number, Talk>()
  return () => {
    if (draws.isOne(newUsers)) return fresh()
    const known = rank(draws.share())
    const user = users.get(known) ?? newTalk(setting, draws, known)
    users.set(known, user)
    user.left = 1
    return user
  }
}
