import type { TravelView } from '#lib/views/incidentTravel.ts'

/** Decisions are seconds apart: nothing finer is looked for, milliseconds. */
const finestMs = 1000
/** Keys go along the whole stretch in about as many steps, however long it is. */
const steps = 200

/** The stretch of time along which the slider moves, in milliseconds since 1970. */
export interface Span {
  readonly from: number
  readonly to: number
  /** What one press of an arrow key goes: whole seconds. */
  readonly stepMs: number
  /** The nearest moment that is on it. */
  within(at: number): number
  /** How far along it lies, 0 to 1. */
  part(at: number): number
  /** The event before this moment, or after it; null when there is none. */
  before(at: number): number | null
  after(at: number): number | null
}

/** It ends now, as long as recovery is still to be judged. */
export function spanOf({ from: begin, to: end, marks }: TravelView, now: Date): Span {
  const from = Date.parse(begin)
  const to = Math.max(from + finestMs, Math.min(Date.parse(end), now.getTime()))
  const within = (at: number) => Math.max(from, Math.min(at, to))
  const events = marks.map((mark) => within(Date.parse(mark.at)))
  return {
    from,
    to,
    stepMs: Math.max(1, Math.round((to - from) / steps / finestMs)) * finestMs,
    within,
    part: (at) => (within(at) - from) / (to - from),
    before: (at) => events.findLast((event) => event < at) ?? null,
    after: (at) => events.find((event) => event > at) ?? null,
  }
}
