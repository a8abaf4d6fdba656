import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type YAMLError,
} from 'yaml'
import { childPath, rootPath } from '#lib/domain/fault.ts'
import type { FieldError } from '../problem.ts'

/** A text as plain values, and the line on which each of its parts begins. */
export interface YamlText {
  readonly value: unknown
  /** The line of this path, or of the nearest part around it. */
  lineOf(path: string): number
}

export type YamlReading =
  | { readonly ok: true; readonly text: YamlText }
  | { readonly ok: false; readonly errors: readonly FieldError[] }

/** A document of twenty stages has about two thousand characters. */
export const documentCharactersMax = 32_768
const depthMax = 12
const errorsMax = 5

/**
 * Reads one YAML 1.2 document of plain values: no second document, no aliases, no tags, no duplicate keys, and not
 * deeper than anything we know. Says the line of every mistake.
 */
export function readYaml(source: string): YamlReading {
  if (source.length > documentCharactersMax) {
    const expected = `at most ${documentCharactersMax} characters`
    return { ok: false, errors: [{ path: rootPath, given: `${source.length} characters`, expected }] }
  }
  const counter = new LineCounter()
  const document = parseDocument(source, {
    version: '1.2',
    schema: 'core',
    lineCounter: counter,
    stringKeys: true,
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'error',
  })
  const lineAt = (offset: number) => Math.max(1, counter.linePos(offset).line)
  const places = placesIn(document, lineAt)
  const errors = [
    ...[...document.errors, ...document.warnings]
      .slice(0, errorsMax)
      .map((error) => syntaxError(error, source, places, lineAt)),
    ...places.errors,
    ...versionErrors(document),
  ]
  if (errors.length > 0) return { ok: false, errors: errors.slice(0, errorsMax) }
  const value: unknown = document.toJS({ maxAliasCount: 0 })
  return { ok: true, text: { value, lineOf: (path) => nearestLine(places.lines, path) } }
}

interface Places {
  readonly lines: ReadonlyMap<string, number>
  /** The path of the key that begins at this offset. */
  readonly keys: ReadonlyMap<number, string>
  readonly errors: readonly FieldError[]
}

function placesIn(document: Document, lineAt: (offset: number) => number): Places {
  const lines = new Map<string, number>()
  const keys = new Map<number, string>()
  const errors: FieldError[] = []

  function refuse(path: string, given: string, expected: string, offset: number) {
    errors.push({ path, given, expected, line: lineAt(offset) })
  }

  function walk(node: unknown, path: string, depth: number, offset: number): void {
    if (!lines.has(path)) lines.set(path, lineAt(offset))
    if (isAlias(node))
      return refuse(path, `*${node.source}`, 'the value itself: aliases are not read', offset)
    if (!isMap(node) && !isSeq(node)) return
    if (depth >= depthMax) return refuse(path, 'more levels', `at most ${depthMax} levels`, offset)
    if (isSeq(node)) {
      node.items.forEach((item, index) =>
        walk(item, childPath(path, index), depth + 1, startOf(item) ?? offset),
      )
      return
    }
    for (const { key, value } of node.items) {
      if (!isScalar(key)) continue
      const at = childPath(path, String(key.value))
      const start = startOf(key) ?? offset
      keys.set(start, at)
      walk(value, at, depth + 1, start)
    }
  }

  walk(document.contents, rootPath, 0, startOf(document.contents) ?? 0)
  return { lines, keys, errors }
}

function startOf(node: unknown): number | null {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
    return null
  const start: unknown = node.range[0]
  return typeof start === 'number' ? start : null
}

function syntaxError(
  error: YAMLError,
  source: string,
  places: Places,
  lineAt: (offset: number) => number,
): FieldError {
  const [offset] = error.pos
  const line = lineAt(offset)
  const text = (source.split(/\r?\n/, line)[line - 1] ?? '').trim().slice(0, 120)
  return { path: places.keys.get(offset) ?? rootPath, given: text, expected: expectedBy(error), line }
}

function expectedBy(error: YAMLError): string {
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return 'each key once'
    case 'TAB_AS_INDENT':
      return 'spaces for indentation, not a tab'
    case 'MULTIPLE_DOCS':
      return 'one document only'
    case 'NON_STRING_KEY':
      return 'a plain word as the key'
    case 'TAG_RESOLVE_FAILED':
      return 'a value without a tag'
    case 'RESOURCE_EXHAUSTION':
      return `at most ${depthMax} levels`
    default:
      return `readable YAML (${error.message})`
  }
}

function versionErrors(document: Document): FieldError[] {
  const directive = document.directives?.yaml
  if (!directive?.explicit || directive.version === '1.2') return []
  return [{ path: rootPath, given: `%YAML ${directive.version}`, expected: 'YAML 1.2', line: 1 }]
}

function nearestLine(lines: ReadonlyMap<string, number>, path: string): number {
  const line = lines.get(path)
  if (line !== undefined || path === rootPath) return line ?? 1
  const parent = path.replace(/(\.[^.[\]]+|\[[^[\]]*\]|^[^.[\]]+)$/, '')
  return nearestLine(lines, parent === '' || parent === path ? rootPath : parent)
}
