import type { Stage } from './policy.ts'
import type { Loosening } from './policyLoosening.ts'

/**
 * What other stages let through. Everything here is compared at a weight ("before the candidate has at least 25 %"), not
 * by the names or places of stages, and each comparison is an order: what is loosened in two acts is loosened in one.
 */

/** What lies before the candidate has at least so much traffic. */
interface Way {
  readonly seconds: number
  readonly stages: number
  /** How often a person is asked. A gate on the first stage asks nobody: a rollout starts in it. */
  readonly asked: number
}

function wayTo(stages: readonly Stage[], weightPercent: number): Way {
  const reached = stages.findIndex((stage) => stage.weightPercent >= weightPercent)
  const before = stages.slice(0, reached < 0 ? stages.length : reached)
  return {
    seconds: before.reduce((sum, stage) => sum + stage.holdSeconds, 0),
    stages: before.length,
    asked: stages.slice(1, before.length + 1).filter((stage) => stage.gate === 'approval').length,
  }
}

/** A way to some weight that is shorter, or passes fewer stages; and all traffic after less of it was tried. */
export function wayLoosenings(before: readonly Stage[], after: readonly Stage[]): Loosening[] {
  const shorter = weightsOf(before, after).flatMap((weight) => {
    const [old, now] = [wayTo(before, weight), wayTo(after, weight)]
    if (now.seconds >= old.seconds && now.stages >= old.stages) return []
    return [{ path: `stages: ${weight} %`, before: wayWords(old), after: wayWords(now) }]
  })
  const [tried, triedNow] = [triedBefore(before), triedBefore(after)]
  if (triedNow >= tried) return shorter
  const words = (percent: number) =>
    percent === 0 ? 'nothing is tried first' : `${percent} % is tried first`
  return [...shorter, { path: 'stages: 100 %', before: words(tried), after: words(triedNow) }]
}

/** A weight that is reached after fewer questions to a person; and all traffic that nobody is asked for right before. */
export function gateLoosenings(before: readonly Stage[], after: readonly Stage[]): Loosening[] {
  const fewer = weightsOf(before, after).flatMap((weight) => {
    const [old, now] = [wayTo(before, weight), wayTo(after, weight)]
    if (now.asked >= old.asked) return []
    return [{ path: `stages: ${weight} %`, before: askedWords(old.asked), after: askedWords(now.asked) }]
  })
  if (!asksAtTheEnd(before) || asksAtTheEnd(after) || fewer.some((each) => each.path === 'stages: 100 %'))
    return fewer
  return [
    ...fewer,
    { path: 'stages: 100 %', before: 'a person is asked at the end', after: 'nobody is asked at the end' },
  ]
}

function weightsOf(...lists: readonly (readonly Stage[])[]): number[] {
  return [...new Set(lists.flatMap((stages) => stages.map((stage) => stage.weightPercent)))].sort(
    (a, b) => a - b,
  )
}

/** The largest share below all traffic. */
function triedBefore(stages: readonly Stage[]): number {
  return stages.at(-2)?.weightPercent ?? 0
}

function asksAtTheEnd(stages: readonly Stage[]): boolean {
  return stages.length > 1 && stages.at(-1)?.gate === 'approval'
}

function wayWords({ seconds, stages }: Way): string {
  if (stages === 0) return 'at once'
  return `after ${stages === 1 ? 'one stage' : `${stages} stages`} and ${seconds}s at least`
}

function askedWords(times: number): string {
  if (times === 0) return 'nobody is asked'
  return times === 1 ? 'a person is asked' : `a person is asked ${times} times`
}
