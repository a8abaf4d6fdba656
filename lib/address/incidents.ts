import { incidentStates, type IncidentState } from '#lib/domain/incident.ts'
import { type Given, moment, momentMs, name, oneOf, readAddress, type Wishes } from './readAddress.ts'

/** What `/incidents` can be narrowed to. */
export const incidentsAddress = {
  agent: name,
  state: oneOf(incidentStates),
  from: moment,
  until: moment,
}
export type IncidentsWishes = Wishes<typeof incidentsAddress>

export interface IncidentConditions {
  readonly agent: string | null
  readonly state: IncidentState | null
  readonly from: Date | null
  readonly until: Date | null
}

/** The conditions in an address, as the view takes them. */
export function readIncidentConditions(given: Given): IncidentConditions {
  const { agent, state, from, until } = readAddress(incidentsAddress, given).wishes
  const date = (text: string | null) => (text === null ? null : new Date(momentMs(text)))
  return { agent, state, from: date(from), until: date(until) }
}
