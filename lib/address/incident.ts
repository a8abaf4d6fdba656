import { instant } from './readAddress.ts'

/** The moment at which an incident is looked at; without it, now. */
export const incidentAddress = { at: instant }
