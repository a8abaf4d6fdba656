import type { AuditLine } from '#lib/domain/audit.ts'
import type { FieldError } from './problem.ts'

/** What a command answers. An expected "no" is a value with a reason a person can read; only the unexpected is thrown. */

export const refusalCodes = [
  'bad_input',
  'forbidden',
  'step_up',
  'approval_needed',
  'missing',
  'exists',
  'not_now',
  'stale',
  'locked',
  'not_started',
  'rollback_window_over',
  'no_rollback_plan',
] as const
export type RefusalCode = (typeof refusalCodes)[number]

export interface Refusal {
  readonly code: RefusalCode
  readonly because: string
  readonly errors?: readonly FieldError[]
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal }

/** A change that happened. It cannot be built without at least one audit line. */
export interface Done<T> {
  readonly kind: 'done'
  readonly value: T
  readonly audit: readonly [AuditLine, ...AuditLine[]]
}

/** Nothing had to change. Whatever was written is undone, so that it cannot hide a change without an audit line. */
export interface Unchanged<T> {
  readonly kind: 'unchanged'
  readonly value: T
}

export interface Refused {
  readonly kind: 'refused'
  readonly refusal: Refusal
}

export function done<T>(value: T, ...audit: [AuditLine, ...AuditLine[]]): Done<T> {
  return { kind: 'done', value, audit }
}

export function unchanged<T>(value: T): Unchanged<T> {
  return { kind: 'unchanged', value }
}

export function refuse(code: RefusalCode, because: string, errors?: readonly FieldError[]): Refused {
  return { kind: 'refused', refusal: errors ? { code, because, errors } : { code, because } }
}
