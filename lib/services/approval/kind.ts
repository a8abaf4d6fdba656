import type { z } from 'zod'
import type { Capability } from '#lib/domain/actor.ts'
import type { ApprovalMode } from '#lib/domain/approval.ts'
import type { Tx } from '#lib/store/transaction.ts'
import type { Context } from '../command.ts'
import type { Done, Refused, Unchanged } from '../outcome.ts'

/** What is shown to whoever is asked to approve, and kept as it was. Plain JSON. */
export interface Seen {
  /** What the approval is about: one may wait at a time for one subject. */
  readonly subject: string
  /** Verb and object, as on a button: `Promote 2.4.0 to 100 %`. */
  readonly title: string
  /** What the answer depends on. When it is another one, the world has moved and nobody can say yes any more. */
  readonly state: Readonly<Record<string, string | number | boolean | null>>
  /** What speaks for it and against it, as lines: `2.4.0: 1.2 % of 412 runs failed; limit 5 %`. */
  readonly evidence: readonly string[]
  readonly before: string
  readonly after: string
  readonly rolloutId?: string
  readonly incidentId?: string
  /** People who may not approve although they did not ask. */
  readonly involvedIds?: readonly string[]
}

/** Who asked, who said yes, and how. On the audit line of what was done. */
export interface ApprovalFacts {
  readonly approvalId: string
  readonly requestedBy: { readonly id: string; readonly name: string }
  /** Null when nobody else did. */
  readonly approvedBy: { readonly id: string; readonly name: string } | null
  readonly mode: ApprovalMode
  readonly reason: string
}

export type ApprovedContext = Context & { readonly approval: ApprovalFacts }

/** One kind of act that takes a second person. */
export interface KindSpec<Input> {
  readonly input: z.ZodType<Input>
  /** What it takes to ask. */
  readonly askCapability: Capability
  /** Whether the one who approves has to have proven who they are in the last minutes. */
  readonly stepUp?: true
  /** The agent it is about; null when there is none such. */
  agent(tx: Tx, input: Input): Promise<string | null>
  /** How things stand; or why it cannot be asked for. */
  seen(tx: Tx, input: Input, context: Pick<Context, 'now'>): Promise<Seen | Refused>
  /** Does it, in the transaction of the yes. */
  execute(
    tx: Tx,
    input: Input,
    context: ApprovedContext,
  ): Promise<Done<unknown> | Unchanged<unknown> | Refused>
}

/** A kind among others: what it is given is checked by its own schema before it sees it. */
export type Kind = KindSpec<unknown>

export function approvalKind<Input>(spec: KindSpec<Input>): Kind {
  return {
    input: spec.input,
    askCapability: spec.askCapability,
    ...(spec.stepUp ? { stepUp: true } : {}),
    agent: (tx, input) => spec.agent(tx, spec.input.parse(input)),
    seen: (tx, input, context) => spec.seen(tx, spec.input.parse(input), context),
    execute: (tx, input, context) => spec.execute(tx, spec.input.parse(input), context),
  }
}

export function isRefused(given: object): given is Refused {
  return 'kind' in given && given.kind === 'refused'
}
