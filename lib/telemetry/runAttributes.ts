import type { Attributes } from './otlpSpan.ts'

/** Who a person is goes into no attribute that is kept, whatever a framework calls it. */
const personal = /^(user|enduser)\.|user[_.]?(id|name)$|e-?mail/i

const ownMax = 40
const ownKeyMax = 100
const ownTextMax = 64

/** What a run says of itself, as text; without what says who somebody is. */
export function runAttributes(attributes: Attributes): Record<string, string> {
  const own: Record<string, string> = {}
  let count = 0
  for (const [key, value] of Object.entries(attributes)) {
    if (count === ownMax) break
    if (typeof value === 'object' || key.length > ownKeyMax || personal.test(key)) continue
    own[key] = String(value).slice(0, ownTextMax).toWellFormed()
    count += 1
  }
  return own
}
