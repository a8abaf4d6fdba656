/** Says what is wrong with a value at a path, or null when nothing is. Hand-written, so that the SDK stays small. */
export type Check = (value: unknown, at: string) => string | null

const shown = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value)?.slice(0, 80))

const complain = (at: string, expected: string, value: unknown) =>
  `${at || 'table'}: expected ${expected}, got ${shown(value)}`

const under = (at: string, key: string) => (at ? `${at}.${key}` : key)

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A string with at least one character. */
export const text: Check = (value, at) =>
  typeof value === 'string' && value !== '' ? null : complain(at, 'a text', value)

/** A string, also an empty one. */
export const anyText: Check = (value, at) =>
  typeof value === 'string' ? null : complain(at, 'a text', value)

/** A whole number in [min, max]. */
export function whole(min: number, max: number = Number.MAX_SAFE_INTEGER): Check {
  return (value, at) => {
    const fits = typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max
    return fits ? null : complain(at, `a whole number from ${min} to ${max}`, value)
  }
}

/** One of the given constants. */
export function oneOf(...allowed: readonly unknown[]): Check {
  const expected = allowed.map((each) => JSON.stringify(each)).join(' or ')
  return (value, at) => (allowed.includes(value) ? null : complain(at, expected, value))
}

export function orNull(check: Check): Check {
  return (value, at) => (value === null ? null : check(value, at))
}

export function optional(check: Check): Check {
  return (value, at) => (value === undefined ? null : check(value, at))
}

/** A string of so many characters. */
export function boundedText(max: number, min = 0): Check {
  return (value, at) => {
    const fits = typeof value === 'string' && value.length >= min && value.length <= max
    return fits ? null : complain(at, `a text of ${min} to ${max} characters`, value)
  }
}

/** A list of at most so many whose every entry passes. */
export function arrayOf(check: Check, max: number): Check {
  return (value, at) => {
    if (!Array.isArray(value) || value.length > max) return complain(at, `a list of at most ${max}`, value)
    for (const [index, entry] of value.entries()) {
      const wrong = check(entry, `${at}[${index}]`)
      if (wrong) return wrong
    }
    return null
  }
}

/** An object whose every value passes. */
export function recordOf(check: Check, max: number = Number.POSITIVE_INFINITY): Check {
  return (value, at) => {
    if (!isRecord(value)) return complain(at, 'an object', value)
    if (Object.keys(value).length > max) return complain(at, `at most ${max} entries`, value)
    for (const key of Object.keys(value)) {
      const wrong = check(value[key], under(at, key))
      if (wrong) return wrong
    }
    return null
  }
}

/** An object with at least these fields; fields that are not named here are ignored. */
export function shape(fields: Record<string, Check>): Check {
  return (value, at) => {
    if (!isRecord(value)) return complain(at, 'an object', value)
    for (const [key, check] of Object.entries(fields)) {
      const wrong = check(Object.hasOwn(value, key) ? value[key] : undefined, under(at, key))
      if (wrong) return wrong
    }
    return null
  }
}
