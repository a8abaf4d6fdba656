import { isSameVersion } from './nearestVersion.ts'

/** Runs that may have been a version's and cannot be counted as one: why, and what to change. */

export const uncountedCauses = [
  'no_version',
  'unknown_version',
  'clock_ahead',
  'clock_behind',
  'too_large',
] as const
export type UncountedCause = (typeof uncountedCauses)[number]

export interface Uncounted {
  readonly agent: string
  readonly cause: UncountedCause
  /** The version as it was sent; empty where none was, or where it is not known. */
  readonly detail: string
  readonly count: number
}

/** What happened, as a sentence. */
export function uncountedSentence({ cause, detail }: Pick<Uncounted, 'cause' | 'detail'>): string {
  const of = detail === '' ? '' : ` of ${detail}`
  switch (cause) {
    case 'no_version':
      return 'The runs name no version, or one that cannot be a version’s name.'
    case 'unknown_version':
      return detail === ''
        ? 'The runs name many versions that are not registered.'
        : `The runs name the version ${detail}, which is not registered.`
    case 'clock_ahead':
      return `Runs${of} were refused: the sender’s clock is more than 5 minutes ahead.`
    case 'clock_behind':
      return `Runs${of} were refused: they are older than a day by the sender’s clock.`
    case 'too_large':
      return 'Requests were refused because they are too large; the runs in them are lost.'
    default:
      return cause satisfies never
  }
}

/**
 * The line to change so that such runs count.
 *
 * @param detail the version as it was sent
 * @param nearest the registered version that was most likely meant (`nearestVersion`), or null
 */
export function mendingLine(cause: UncountedCause, detail: string, nearest: string | null = null): string {
  switch (cause) {
    case 'no_version':
      return 'Set gen_ai.agent.version on the span of the run to the version that was decided.'
    case 'unknown_version':
      return versionLine(detail, nearest)
    case 'clock_ahead':
      return 'Set the clock of that host by NTP.'
    case 'clock_behind':
      return 'Set the clock of that host by NTP, and export runs within a day.'
    case 'too_large':
      return 'Send fewer spans at once: OTEL_BSP_MAX_EXPORT_BATCH_SIZE=64, and leave prompts and answers out of the spans.'
    default:
      return cause satisfies never
  }
}

function versionLine(sent: string, nearest: string | null): string {
  if (sent === '') return 'Set gen_ai.agent.version to a registered version, not to one for each run.'
  if (nearest === null) return `Register ${sent}, or set gen_ai.agent.version to a registered version.`
  if (isSameVersion(sent, nearest)) return `Set gen_ai.agent.version to ${nearest}, not ${sent}.`
  return `Register ${sent}, or set gen_ai.agent.version to ${nearest} if that is what runs.`
}

/** So many different details of one cause are kept apart for an agent; more are counted together, without one. */
export const detailsMax = 40
const detailLengthMax = 128

/** The same things added up, with details that a table can hold: in the order of the first of each. */
export function addUp(rows: readonly Uncounted[]): Uncounted[] {
  const sums = new Map<string, Uncounted>()
  for (const row of rows) {
    const detail = row.detail.replaceAll(/\p{Cc}+/gu, ' ').slice(0, detailLengthMax)
    const key = JSON.stringify([row.agent, row.cause, detail])
    sums.set(key, { ...row, detail, count: row.count + (sums.get(key)?.count ?? 0) })
  }
  return [...sums.values()]
}
