import type { z } from 'zod'
import { childPath, type Fault, rootPath } from '#lib/domain/fault.ts'
import { isOutage } from '#lib/store/outage.ts'

/** How the doors for machines say no: RFC 9457 problem details, from a closed list. */

/** One field of the input that is wrong. */
export interface FieldError extends Fault {
  /** The line of the text it was read from, from 1. */
  readonly line?: number
}

const kinds = {
  bad_input: { status: 400, title: 'The request cannot be understood as it is' },
  unauthenticated: { status: 401, title: 'Who is asking?' },
  forbidden: { status: 403, title: 'Not allowed' },
  step_up: { status: 403, title: 'Sign in again first' },
  approval_needed: { status: 409, title: 'A second person has to approve' },
  missing: { status: 404, title: 'There is no such thing' },
  exists: { status: 409, title: 'It is there already, and different' },
  not_now: { status: 409, title: 'Not possible in the present state' },
  stale: { status: 409, title: 'The world moved since it was looked at' },
  locked: { status: 409, title: 'The version is locked' },
  not_started: { status: 409, title: 'The rollout has not started' },
  rollback_window_over: { status: 409, title: 'The rollback window is over' },
  no_rollback_plan: { status: 409, title: 'There is nothing to roll back to' },
  too_large: { status: 413, title: 'Too large' },
  unsupported_media_type: { status: 415, title: 'This content type is not read here' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'Not able to answer now' },
} as const satisfies Record<string, { status: number; title: string }>

/** Every code that a command refuses with is one of these. */
export type ProblemKind = keyof typeof kinds
export const problemKinds = Object.keys(kinds) as readonly ProblemKind[]

/** The content type of a problem. */
export const problemContentType = 'application/problem+json'

export interface Problem {
  /** Stable: what a program tells problems apart by. */
  readonly type: string
  readonly title: string
  readonly status: number
  /** For a person: what was wrong this time. */
  readonly detail: string
  readonly errors?: readonly FieldError[]
}

/** The identifier of a kind: `urn:switchback:problem:stale`. */
export function problemType(kind: ProblemKind): string {
  return `urn:switchback:problem:${kind}`
}

export function problemStatus(kind: ProblemKind): number {
  return kinds[kind].status
}

/** The problem of this kind. A refusal becomes one by `problem(refusal.code, refusal.because, refusal.errors)`. */
export function problem(kind: ProblemKind, detail: string, errors?: readonly FieldError[]): Problem {
  const said = { type: problemType(kind), ...kinds[kind], detail }
  return errors && errors.length > 0 ? { ...said, errors } : said
}

/** What a caller is told when the database cannot be reached now; null for every other error. */
export function outageProblem(error: unknown): Problem | null {
  return isOutage(error) ? problem('unavailable', 'The database cannot be reached; ask again soon') : null
}

type Path = readonly (string | number)[]

/** What a reader of an unknown key is told; by default only that it is unknown. */
export type KeyHint = (parent: Path, key: string) => string

const errorsMax = 20
const unknownKey: KeyHint = () => 'nothing: there is no such key'

/**
 * The faults of an input as zod found them, at most 20. A message that a schema gives itself is taken as the words after
 * "expected"; what zod says by itself is said in our words.
 */
export function zodErrors(error: z.ZodError, given: unknown, hint: KeyHint = unknownKey): FieldError[] {
  return error.issues.flatMap((issue) => issueErrors(issue, [], given, hint)).slice(0, errorsMax)
}

function issueErrors(issue: z.core.$ZodIssue, base: Path, root: unknown, hint: KeyHint): FieldError[] {
  const path = [...base, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))]
  const value = valueAt(root, path)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .slice(0, errorsMax)
      .map((key) => fieldError([...path, key], valueAt(value, [key]), hint(path, key)))
  }
  if (issue.code === 'invalid_union') {
    const meant = meantBranch(issue.errors)
    if (meant) return meant.flatMap((inner) => issueErrors(inner, path, root, hint))
  }
  const fault = issue.code === 'custom' ? faultOf(issue) : null
  if (fault) return [{ ...fault, path: joinPaths(pathText(path), fault.path) }]
  return [fieldError(path, value, expectedBy(issue))]
}

function fieldError(path: Path, value: unknown, expected: string): FieldError {
  return { path: pathText(path), given: isSecret(path) ? '(hidden)' : shown(value), expected }
}

/** The one branch whose type was given and whose content is wrong; null when that cannot be told. */
function meantBranch(branches: readonly (readonly z.core.$ZodIssue[])[]) {
  const ofThatType = branches.filter(
    (issues) => !issues.some((issue) => issue.path.length === 0 && issue.code === 'invalid_type'),
  )
  return ofThatType.length === 1 ? ofThatType[0] : null
}

/** A fault that a schema found by a rule of the domain, carried in `params`. */
function faultOf(issue: z.core.$ZodIssueCustom): Fault | null {
  const fault: unknown = issue.params?.fault
  const isFault = typeof fault === 'object' && fault !== null && 'path' in fault && 'expected' in fault
  return isFault ? (fault as Fault) : null
}

function expectedBy(issue: z.core.$ZodIssue): string {
  if (!/^(Invalid|Too small|Too big|Unrecognized)/.test(issue.message)) return issue.message
  switch (issue.code) {
    case 'invalid_type':
      return typeWords[issue.expected] ?? issue.expected
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unitOf(issue.origin)}`
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unitOf(issue.origin)}`
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`
    case 'invalid_format':
      return issue.pattern ? `text like ${issue.pattern}` : `text that is a ${issue.format}`
    default:
      return 'another value'
  }
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object with keys',
  record: 'an object with keys',
  null: 'null',
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters'
  return origin === 'array' || origin === 'set' ? ' items' : ''
}

/** What was given, in a line: scalars as they are, long text cut, the rest in words. */
export function shown(value: unknown): FieldError['given'] {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value.length > 200 ? `${value.slice(0, 200)}…` : value
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  return Array.isArray(value) ? `a list of ${value.length}` : 'an object'
}

function isSecret(path: Path): boolean {
  return /password|secret|token|authorization/i.test(String(path.at(-1) ?? ''))
}

function pathText(path: Path): string {
  return path.reduce<string>(childPath, rootPath)
}

function joinPaths(parent: string, child: string): string {
  if (parent === rootPath || child === rootPath) return parent === rootPath ? child : parent
  return child.startsWith('[') ? `${parent}${child}` : `${parent}.${child}`
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => {
    return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
      ? (value as Record<string | number, unknown>)[key]
      : undefined
  }, root)
}
