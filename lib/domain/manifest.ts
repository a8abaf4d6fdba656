import { childPath, type Fault, rootPath } from './fault.ts'

/** What a version is made of. Its canonical JSON (RFC 8785) is what the digest is taken of, and what a lock holds. */

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/**
 * A JSON object with at least one part. The parts we have words for are `manifestParts`; a team may keep others beside
 * them, and every part counts for the digest.
 */
export type Manifest = { readonly [part: string]: JsonValue }

/** The parts we have words for, in the order in which they are shown. Each is any JSON value. */
export const manifestParts = [
  'prompt',
  'model',
  'parameters',
  'tools',
  'policy',
  'codeRevision',
  'settings',
] as const

const depthMax = 32
const faultsMax = 10

/** What keeps a value from being a manifest: no JSON object, empty, too deep, or text that cannot be stored unchanged. */
export function manifestFaults(value: unknown): Fault[] {
  if (!isObject(value)) {
    return [
      { path: rootPath, given: wordFor(value), expected: 'a JSON object with the parts of the version' },
    ]
  }
  if (Object.keys(value).length === 0) {
    return [
      {
        path: rootPath,
        given: 'an empty object',
        expected: `at least one part, such as ${manifestParts[0]}`,
      },
    ]
  }
  const faults: Fault[] = []
  collect(value, rootPath, 0, faults)
  return faults
}

export function isManifest(value: unknown): value is Manifest {
  return manifestFaults(value).length === 0
}

/** One difference between two manifests. `before` or `after` is undefined where that side has no such part. */
export interface ManifestChange {
  readonly path: string
  readonly before: JsonValue | undefined
  readonly after: JsonValue | undefined
}

/**
 * Where two manifests differ, the parts we have words for first; empty exactly when their canonical JSON is the same.
 * Lists of things with a `name` are compared by name, so that a removed tool is one change; a changed order of theirs is
 * a change of the list, told by the names. Other lists of scalars are one change as a whole.
 */
export function manifestDifference(before: Manifest, after: Manifest): ManifestChange[] {
  const changes: ManifestChange[] = []
  compareMembers(before, after, rootPath, partsFirst(before, after), changes)
  return changes
}

function collect(value: unknown, path: string, depth: number, faults: Fault[]): void {
  if (faults.length >= faultsMax) return
  if (depth > depthMax) {
    faults.push({ path, given: wordFor(value), expected: `at most ${depthMax} levels` })
    return
  }
  if (Array.isArray(value)) {
    value.forEach((item, index) => collect(item, childPath(path, index), depth + 1, faults))
    return
  }
  if (isObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      const at = childPath(path, key)
      const expected = whyNotKey(key)
      if (expected) faults.push({ path: at, given: key, expected })
      else collect(member, at, depth + 1, faults)
    }
    return
  }
  const expected = whyNotScalar(value)
  if (expected) faults.push({ path, given: wordFor(value), expected })
}

function whyNotKey(key: string): string | null {
  return key === '__proto__' ? 'another key' : whyNotScalar(key)
}

function whyNotScalar(value: unknown): string | null {
  if (value === null || typeof value === 'boolean') return null
  if (typeof value === 'number') return Number.isFinite(value) ? null : 'a finite number'
  if (typeof value !== 'string') return 'a JSON value'
  if (value.includes('\0')) return 'text without NUL characters'
  return value.isWellFormed() ? null : 'well-formed Unicode text'
}

function compare(before: JsonValue, after: JsonValue, path: string, changes: ManifestChange[]): void {
  if (isObject(before) && isObject(after)) {
    compareMembers(before, after, path, keysOfBoth(before, after), changes)
    return
  }
  if (isList(before) && isList(after)) {
    compareLists(before, after, path, changes)
    return
  }
  if (before !== after) changes.push({ path, before, after })
}

function compareMembers(
  before: Manifest,
  after: Manifest,
  path: string,
  keys: readonly string[],
  changes: ManifestChange[],
): void {
  for (const key of keys) {
    compareOptional(ownMember(before, key), ownMember(after, key), childPath(path, key), changes)
  }
}

function compareOptional(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: string,
  changes: ManifestChange[],
): void {
  if (before !== undefined && after !== undefined) compare(before, after, path, changes)
  else if (before !== after) changes.push({ path, before, after })
}

function compareLists(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  path: string,
  changes: ManifestChange[],
): void {
  const named = { before: byName(before), after: byName(after) }
  if (named.before && named.after) {
    compareNamed(named.before, named.after, path, changes)
    return
  }
  if ([...before, ...after].every((item) => !isObject(item) && !isList(item))) {
    const same = before.length === after.length && before.every((item, index) => item === after[index])
    if (!same) changes.push({ path, before, after })
    return
  }
  for (let index = 0; index < Math.max(before.length, after.length); index++) {
    compareOptional(before[index], after[index], childPath(path, index), changes)
  }
}

function compareNamed(
  before: ReadonlyMap<string, Manifest>,
  after: ReadonlyMap<string, Manifest>,
  path: string,
  changes: ManifestChange[],
): void {
  const order = {
    before: [...before.keys()].filter((name) => after.has(name)),
    after: [...after.keys()].filter((name) => before.has(name)),
  }
  if (order.before.some((name, index) => name !== order.after[index])) {
    changes.push({ path, before: order.before, after: order.after })
  }
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    compareOptional(before.get(name), after.get(name), `${path}[${JSON.stringify(name)}]`, changes)
  }
}

/** The items by their `name`; null unless every item is an object with a name of its own. */
function byName(list: readonly JsonValue[]): Map<string, Manifest> | null {
  const named = new Map<string, Manifest>()
  for (const item of list) {
    if (!isObject(item)) return null
    const name = ownMember(item, 'name')
    if (typeof name !== 'string' || named.has(name)) return null
    named.set(name, item)
  }
  return named
}

function partsFirst(before: Manifest, after: Manifest): string[] {
  const keys = keysOfBoth(before, after)
  const known: readonly string[] = manifestParts
  return [...known.filter((part) => keys.includes(part)), ...keys.filter((key) => !known.includes(key))]
}

function keysOfBoth(before: Manifest, after: Manifest): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
}

function ownMember(of: Manifest, key: string): JsonValue | undefined {
  return Object.hasOwn(of, key) ? of[key] : undefined
}

function isObject(value: unknown): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function wordFor(value: unknown): string | number | boolean | null {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'boolean') return value
  return typeof value === 'string' ? value.slice(0, 200).replaceAll('\0', '').toWellFormed() : 'an object'
}
