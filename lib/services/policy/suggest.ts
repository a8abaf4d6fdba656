import { z } from 'zod'

/** Helps with a key that is not known: what may stand there, what was likely meant, and where it would belong. */

type Path = readonly (string | number)[]

/** The words after "expected" for an unknown key of a document with this schema. */
export function suggestKey(schema: z.ZodType, parent: Path, key: string): string {
  const there = keysAt(schema, parent)
  const close = closest(key, there)
  if (close) return `one of ${there.join(', ')}; did you mean ${close}?`
  const elsewhere = placesOf(schema, []).find((path) => path.at(-1) === (synonyms[key] ?? key))
  const hint = elsewhere ? `; did you mean ${elsewhere.join('.')}?` : ''
  return there.length === 0 ? `no keys here${hint}` : `one of ${there.join(', ')}${hint}`
}

/** Words that people bring from the design or from other tools. */
const synonyms: Readonly<Record<string, string>> = {
  budget: 'cost_per_run_usd',
  budgets: 'cost_per_run_usd',
  steps: 'stages',
  limits: 'triggers',
  thresholds: 'triggers',
  slack: 'alerts',
  evaluations: 'scores',
  evaluators: 'scores',
  thumbs: 'feedback',
  attributes: 'shares',
  aborted: 'cancelled',
}

function keysAt(schema: z.ZodType, path: Path): string[] {
  const [key, ...rest] = path
  const inner = unwrap(schema)
  if (key === undefined)
    return inner.flatMap((each) => (each instanceof z.ZodObject ? Object.keys(each.shape) : []))
  return inner.flatMap((each) => {
    const member = memberOf(each, key)
    return member ? keysAt(member, rest) : []
  })
}

function memberOf(schema: z.ZodType, key: string | number): z.ZodType | null {
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType
  if (!(schema instanceof z.ZodObject)) return null
  const shape: Readonly<Record<string, z.ZodType>> = schema.shape
  return Object.hasOwn(shape, key) ? (shape[key] ?? null) : null
}

/** The paths of all keys outside lists. */
function placesOf(schema: z.ZodType, base: readonly string[]): (readonly string[])[] {
  return unwrap(schema).flatMap((each) => {
    if (!(each instanceof z.ZodObject)) return []
    const shape: Readonly<Record<string, z.ZodType>> = each.shape
    return Object.entries(shape).flatMap(([key, member]) => [
      [...base, key],
      ...placesOf(member, [...base, key]),
    ])
  })
}

function unwrap(schema: z.ZodType): z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return unwrap(schema.unwrap() as z.ZodType)
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => unwrap(option as z.ZodType))
  return [schema]
}

function closest(key: string, known: readonly string[]): string | null {
  const near = known
    .map((each) => ({ each, distance: editDistance(key.slice(0, 80), each) }))
    .filter(({ each, distance }) => distance <= Math.max(2, Math.floor(each.length / 3)))
    .sort((a, b) => a.distance - b.distance)
  return near[0]?.each ?? null
}

/** Levenshtein's distance (1966), by rows. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
