import { runEvidences, runOutcomes } from '#lib/domain/runEvidence.ts'
import { type Given, moment, momentMs, name, oneOf, readAddress, type Wishes } from './readAddress.ts'

/** In the address: the runs that name no version. No version can be called so. */
export const noVersion = '-'

/** What the runs of an agent can be narrowed to. */
export const runsAddress = {
  version: name,
  outcome: oneOf([...runOutcomes, 'tool_failed']),
  tool: name,
  cost: oneOf(['known', 'unknown', 'over']),
  evidence: oneOf(runEvidences),
  from: moment,
  until: moment,
}
export type RunsWishes = Wishes<typeof runsAddress>

/** The conditions in an address, as the view takes them. */
export function readRunConditions(given: Given) {
  const { version, from, until, ...rest } = readAddress(runsAddress, given).wishes
  const date = (text: string | null) => (text === null ? null : new Date(momentMs(text)))
  return { ...rest, version: version === noVersion ? '' : version, from: date(from), until: date(until) }
}
