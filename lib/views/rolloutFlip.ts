import { type Decision, type DecisionState, edition } from '#lib/domain/decision/decide.ts'
import { runsToAllow, silenceFlip, stopFlip } from '#lib/domain/decision/flip.ts'
import { allowFlipSentence, stopFlipSentence } from '#lib/domain/decision/flipSentences.ts'
import { policyForDecision } from '#lib/domain/decision/policyForDecision.ts'
import { questionsOf } from '#lib/domain/decision/questions.ts'
import { isWatched, type Rollout } from '#lib/domain/rollout.ts'

/** What would turn the decision, in sentences with their numbers. */
export interface FlipView {
  /** What would let a hold go on; null when it is none. */
  readonly toAllow: string | null
  /** What would stop it. */
  readonly toStop: string
}

/** What would flip the present decision, asked of the engine that gave it; null where nothing is judged. */
export function flipOf(
  rollout: Rollout,
  decision: Decision | null,
  state: DecisionState,
  now: Date,
): FlipView | null {
  if (!decision || state.edition !== edition || decision.outcome === 'stop' || !isWatched(rollout, now))
    return null
  const policy = policyForDecision(rollout.policy)
  const share = rollout.weightBp / 10_000
  // What rises is nearest to a stop; where nothing does, failures are what everybody asks about.
  const asked = questionsOf(policy).find(({ id }) => id === decision.question)
  const rising = decision.evidence >= policy.watch ? (asked?.family ?? 'errors') : 'errors'
  const isSilent = rising === 'silence' || decision.reason === 'candidate_silent'
  const flip =
    (isSilent ? silenceFlip(policy, state, share) : null) ??
    stopFlip(policy, state, share, rising === 'silence' ? 'errors' : rising)
  return {
    toAllow:
      decision.outcome === 'hold' ? allowFlipSentence(decision, runsToAllow(policy, state, share)) : null,
    toStop: flip
      ? stopFlipSentence(flip)
      : 'No number of bad runs among the next 2,000 would turn it by itself.',
  }
}
