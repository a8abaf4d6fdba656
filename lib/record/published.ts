import type { PublishedKey, SignedCheckpoint } from '#lib/domain/checkpoint.ts'

/** What stands in an export or in the file of checkpoints, line by line: entries, checkpoints, and the key. */

export interface Sorted {
  readonly checkpoints: readonly SignedCheckpoint[]
  readonly key: PublishedKey | null
  /** All other lines; an empty line stands where another kind was, so that the numbers of the lines stay. */
  readonly entries: readonly string[]
}

/** Takes checkpoints and the key out of the lines. */
export function sortLines(lines: readonly string[]): Sorted {
  const checkpoints: SignedCheckpoint[] = []
  let key: PublishedKey | null = null
  const entries = lines.map((text) => {
    // As we write them. An entry's canonical JSON begins with its action.
    const line = text.startsWith('{"kind":') ? readLine(text) : null
    if (line?.kind === 'checkpoint') checkpoints.push(line)
    else if (line?.kind === 'key') key = line
    else return text
    return ''
  })
  return { checkpoints, key, entries }
}

function readLine(text: string): SignedCheckpoint | PublishedKey | null {
  try {
    const line = JSON.parse(text) as Partial<SignedCheckpoint | PublishedKey> | null
    if (line?.kind === 'checkpoint') return isCheckpoint(line) ? line : null
    if (line?.kind === 'key') return typeof line.public === 'string' ? (line as PublishedKey) : null
    return null
  } catch {
    return null
  }
}

function isCheckpoint(line: Partial<SignedCheckpoint>): line is SignedCheckpoint {
  return (
    Number.isSafeInteger(line.number) &&
    typeof line.at === 'string' &&
    typeof line.signature === 'string' &&
    typeof line.key === 'string' &&
    Array.isArray(line.heads)
  )
}
