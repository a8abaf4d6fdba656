import type { TravelView } from '#lib/views/incidentTravel.ts'

/** The slider's own unit, milliseconds: decisions are seconds apart. */
export const stepMs = 1000

/** The stretch of time along which the slider moves, in milliseconds since 1970. */
export interface Span {
  readonly from: number
  readonly to: number
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
  const to = Math.max(from + stepMs, Math.min(Date.parse(end), now.getTime()))
  const within = (at: number) => Math.max(from, Math.min(at, to))
  const events = marks.map((mark) => within(Date.parse(mark.at)))
  return {
    from,
    to,
    within,
    part: (at) => (within(at) - from) / (to - from),
    before: (at) => events.findLast((event) => event < at) ?? null,
    after: (at) => events.find((event) => event > at) ?? null,
  }
}
