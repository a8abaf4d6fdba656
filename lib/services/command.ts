import 'server-only'
import { createHash, randomBytes } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { z } from 'zod'
import { type Actor, type Capability, may, mayForAll, needsStepUp } from '#lib/domain/actor.ts'
import { writeAudit } from '#lib/store/audit.ts'
import { database } from '#lib/store/database.ts'
import type { Prisma, PrismaClient } from '#lib/store/generated/client.ts'
import { inTransaction, type Tx } from '#lib/store/transaction.ts'
import { type Done, type Outcome, type Refusal, type Refused, refuse, type Unchanged } from './outcome.ts'
import { zodErrors } from './problem.ts'

/** What surrounds a command: who, when, and where new names come from. */
export interface Context {
  readonly actor: Actor
  readonly now: Date
  /** A new identity with its kind in front: `ro_…`. */
  newId(kind: string): string
}

export interface CommandOptions {
  readonly db?: PrismaClient
  readonly now?: Date
  readonly newId?: (kind: string) => string
  /** The same key from the same actor gets the same answer and changes nothing. */
  readonly idempotencyKey?: string
}

interface CommandSpec<Input, Value> {
  readonly name: string
  readonly input: z.ZodType<Input>
  /** Null: what everybody may do, because it is about themselves alone. */
  readonly capability: Capability | null
  /** Whether a person has to have proven who they are in the last minutes. */
  readonly stepUp?: true
  /** The agent that the input is about; null when there is none such, undefined when the command is about no agent. */
  agent(tx: Tx, input: NoInfer<Input>): Promise<string | null | undefined> | string | undefined
  run(tx: Tx, input: NoInfer<Input>, context: Context): Promise<Done<Value> | Unchanged<Value> | Refused>
}

export type Command<Value> = (
  input: unknown,
  actor: Actor,
  options?: CommandOptions,
) => Promise<Outcome<Value>>

/** 80 random bits in base 32 after the kind: `ro_k3f0…`. */
export function randomId(kind: string): string {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
  return `${kind}_${Array.from(randomBytes(16), (byte) => alphabet[byte % 32]).join('')}`
}

/** Carries a refusal, or a result without change, out of a transaction that must be undone. */
class Undone extends Error {
  readonly result: Refused | Unchanged<unknown>
  constructor(result: Refused | Unchanged<unknown>) {
    super('undone')
    this.result = result
  }
}

/**
 * The one way to change state. Parses, authorises, runs the verb and writes its audit lines in one transaction; a
 * refusal undoes whatever was written. The verb never calls the outside: it commits the intent and enqueues jobs.
 * A refusal of a known act is itself written to the record, in a transaction of its own.
 */
export function command<Input, Value>(spec: CommandSpec<Input, Value>): Command<Value> {
  return async (given, actor, options = {}) => {
    const db = options.db ?? database()
    const context: Context = {
      actor,
      now: options.now ?? new Date(),
      newId: options.newId ?? randomId,
    }
    const parsed = spec.input.safeParse(given)
    if (!parsed.success) {
      // Who may not do it at all is not told how it would have to be asked.
      const forbidden = spec.capability === null ? null : whyForbiddenAtAll(actor, spec.capability)
      if (forbidden) {
        await recordRefusal(db, spec.name, null, forbidden.refusal, context)
        return { ok: false, refusal: forbidden.refusal }
      }
      const errors = zodErrors(parsed.error, given)
      const because = errors.map((e) => `${e.path}: expected ${e.expected}`).join('; ')
      return { ok: false, refusal: { code: 'bad_input', because, errors } }
    }
    let subject: string | null | undefined
    try {
      const value = await inTransaction(db, async (tx) => {
        subject = await spec.agent(tx, parsed.data)
        const forbidden = whyForbidden(actor, spec.capability, subject)
        if (forbidden) throw new Undone(forbidden)
        if (spec.stepUp && needsStepUp(actor, context.now)) {
          throw new Undone(refuse('step_up', 'Enter your password again: this takes a recent sign-in'))
        }
        const before = await recall<Value>(tx, spec.name, parsed.data, context, options.idempotencyKey)
        if (before) return before.value
        const result = await spec.run(tx, parsed.data, context)
        if (result.kind !== 'done') throw new Undone(result)
        for (const line of result.audit) await writeAudit(tx, line, actor, context.now)
        await remember(tx, spec.name, parsed.data, result.value, context, options.idempotencyKey)
        return result.value
      })
      return { ok: true, value }
    } catch (error) {
      if (!(error instanceof Undone)) throw error
      if (error.result.kind === 'unchanged') return { ok: true, value: error.result.value as Value }
      await recordRefusal(db, spec.name, subject ?? null, error.result.refusal, context)
      return { ok: false, refusal: error.result.refusal }
    }
  }
}

function whyForbiddenAtAll(actor: Actor, capability: Capability): Refused | null {
  if (may(actor, capability)) return null
  return refuse('forbidden', `${actor.name} may not do this: it takes ${capability}`)
}

function whyForbidden(
  actor: Actor,
  capability: Capability | null,
  agent: string | null | undefined,
): Refused | null {
  if (capability === null) return null
  const atAll = whyForbiddenAtAll(actor, capability)
  if (atAll) return atAll
  if (agent === null) return refuse('missing', 'There is no such thing, or it is not yours to see')
  if (agent === undefined ? mayForAll(actor, capability) : may(actor, capability, agent)) return null
  return refuse('forbidden', `${actor.name} may not do this for ${agent ?? 'everything'}`)
}

function inputDigest(name: string, input: unknown): string {
  return createHash('sha256')
    .update(name)
    .update(canonicalize(input) ?? '')
    .digest('hex')
}

/** The answer that this key got before; a key used for something else is refused. */
async function recall<Value>(
  tx: Tx,
  name: string,
  input: unknown,
  context: Context,
  key: string | undefined,
): Promise<{ value: Value } | null> {
  if (key === undefined) return null
  // Held to the end of the transaction: two requests with one key go one after the other.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${context.actor.id}:${key}`}, 0))`
  const found = await tx.idempotency.findUnique({
    where: { actorId_key: { actorId: context.actor.id, key } },
  })
  if (!found) return null
  if (found.input !== inputDigest(name, input)) {
    throw new Undone(refuse('exists', 'This Idempotency-Key was used for another request'))
  }
  return { value: (found.answer as { value: Value }).value }
}

async function remember(
  tx: Tx,
  name: string,
  input: unknown,
  value: unknown,
  context: Context,
  key: string | undefined,
): Promise<void> {
  if (key === undefined) return
  const answer = JSON.parse(JSON.stringify({ value })) as Prisma.InputJsonObject
  await tx.idempotency.create({
    data: {
      actorId: context.actor.id,
      key,
      action: name,
      input: inputDigest(name, input),
      answer,
      at: context.now,
    },
  })
}

async function recordRefusal(
  db: PrismaClient,
  action: string,
  agent: string | null,
  refusal: Refusal,
  context: Context,
): Promise<void> {
  const line = {
    action,
    outcome: 'refused',
    reason: refusal.code,
    details: { because: refusal.because },
    ...(agent === null ? {} : { agent }),
  }
  await inTransaction(db, (tx) => writeAudit(tx, line, context.actor, context.now))
}
