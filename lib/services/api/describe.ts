import type { z } from 'zod'
import type { Scope } from '#lib/domain/actor.ts'
import { problemContentType, type ProblemKind, problemStatus } from '../problem.ts'
import { problemSchema } from './schemas.ts'

/** What a call takes and answers, for the handler that checks it and the document that describes it. */

export interface ResponseDescription {
  readonly status: number
  readonly description: string
  /** Left out: the answer has no body. */
  readonly schema?: z.ZodType
  /** `application/json` when left out. */
  readonly contentType?: string
}

export interface RouteDescription {
  /** The name of the operation, unique: `startRollout`. */
  readonly name: string
  readonly method: 'get' | 'put' | 'post'
  /** With its parameters in braces: `/api/v1/agents/{agent}`. */
  readonly path: string
  /** What the token must be allowed; null is open to anybody. */
  readonly scope: Scope | null
  readonly summary: string
  readonly query?: z.ZodObject
  readonly request?: {
    readonly body: z.ZodType
    /** `application/json` when left out. */
    readonly contentTypes?: readonly string[]
    /** True when left out. */
    readonly required?: boolean
  }
  /** The call takes an `Idempotency-Key`: the same key gets the same answer and changes nothing. */
  readonly idempotencyKey?: boolean
  readonly responses: readonly ResponseDescription[]
}

/** The answers for these kinds of problem, one for each status. */
export function refusals(...kinds: readonly ProblemKind[]): ResponseDescription[] {
  const byStatus = Map.groupBy(kinds, problemStatus)
  return [...byStatus].map(([status, same]) => ({
    status,
    description: `Problem: ${same.join(', ')}`,
    schema: problemSchema,
    contentType: problemContentType,
  }))
}
