/** Why something was not done, as a button shows it. */
export type { Refusal } from '#lib/services/outcome.ts'
export type { FieldError } from '#lib/services/problem.ts'
