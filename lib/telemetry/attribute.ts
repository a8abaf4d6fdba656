import type { Attributes } from './otlpSpan.ts'

/**
 * The first of these attributes that says something, as text without spaces around it; null when none does.
 */
export function textOf(attributes: Attributes, ...keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = attributes[key]
    if (typeof value === 'number') return String(value)
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
  }
  return null
}

/** The first of these attributes that is a number of zero or more, or the same as text; null when none is. */
export function amountOf(attributes: Attributes, ...keys: readonly string[]): number | null {
  for (const key of keys) {
    const value = attributes[key]
    const amount = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    if (typeof amount === 'number' && Number.isFinite(amount) && amount >= 0) return amount
  }
  return null
}

/** Whether a flag is set to this, as a boolean or as text; some emitters write the one, some the other. */
export function isSetTo(attributes: Attributes, key: string, expected: boolean): boolean {
  const value = attributes[key]
  return value === expected || value === String(expected)
}
