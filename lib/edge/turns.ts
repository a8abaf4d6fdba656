import { setImmediate as nextRound } from 'node:timers/promises'

/** Long work in pieces: between two of them whoever asks which version to use is answered. */

/**
 * Resolves when the caller's turn has come: one piece in a round of the event loop, whoever asked first, so that ten
 * requests that are there at once take ten rounds.
 */
export function turns(): () => Promise<void> {
  let last: Promise<unknown> = Promise.resolve()
  return async () => {
    last = last.then(async () => await nextRound())
    await last
  }
}

/** The results of `work` for each of these, so many at a time. */
export async function inPieces<Item, Result>(
  items: readonly Item[],
  size: number,
  work: (item: Item) => Result,
): Promise<Result[]> {
  const results: Result[] = []
  for (let at = 0; at < items.length; at += size) {
    if (at > 0) await nextRound()
    for (const item of items.slice(at, at + size)) results.push(work(item))
  }
  return results
}
