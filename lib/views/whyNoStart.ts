interface StartState {
  readonly mayStart: boolean
  /** The candidate that is under way. */
  readonly live: string | null
  readonly stable: string | null
  readonly stableLocked: boolean
  /** How many versions could be tried. */
  readonly candidates: number
}

/** Why there is nothing to start, before anything is chosen. What was chosen is judged by `whyNot.start`. */
export function whyNoStart(state: StartState): string | null {
  if (!state.mayStart) return 'Your role cannot start a rollout'
  if (state.live) return `The rollout of ${state.live} is under way; one at a time`
  if (!state.stable) return 'There is no stable version yet; adopt one first'
  if (state.stableLocked) return `The stable version ${state.stable} is locked; there would be no way back`
  return state.candidates > 0 ? null : 'There is no other unlocked version; register one'
}
