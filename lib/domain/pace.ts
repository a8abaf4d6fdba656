/** How soon evidence is judged. A check is due when new counts are there, and after this long without any. */

/** The longest pause between two checks of a watched rollout, in milliseconds. */
export const checkEveryMs = 5_000

/** How long new evidence waits for more, in milliseconds: not at all when a candidate run went wrong. */
export function checkDelayMs(somethingWentWrong: boolean): number {
  return somethingWentWrong ? 0 : 1_000
}

/** After this many intervals without a check the guard counts as silent. */
export const silentIntervals = 3

/** How long a switch may take to be seen in force before it counts as failed (and is still retried), in milliseconds. */
export const switchDeadlineMs = 30_000
