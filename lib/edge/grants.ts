import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Logger } from 'pino'
import type { Scope } from '#lib/domain/actor.ts'
import { hashSecret } from '#lib/services/secret.ts'
import { findGrant } from '#lib/services/token/find.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'

/** Who may ask the edge. Known tokens go on working while the database is away; a revoked one ends within five seconds. */

export interface EdgeGrant {
  readonly scopes: readonly Scope[]
  readonly agents: '*' | readonly string[]
  /** When it ends by itself, in milliseconds since 1970; absent when it does not. Holds also while the database is away. */
  readonly endsAtMs?: number
}

export interface Grants {
  /** What the secret grants; null when it grants nothing; `unknown` when the database is away and it was never seen. */
  find(secret: string): Promise<EdgeGrant | null | 'unknown'>
}

interface Seen {
  readonly grant: EdgeGrant | null
  readonly at: number
}

interface Asking {
  readonly answer: Promise<EdgeGrant | null | 'unknown'>
  readonly since: number
}

/** With the check of the open streams (streams.ts) less than the five seconds within which a revoked token ends. */
const freshMs = 2_000
/** How long somebody with a token that was good a moment ago waits for a database that does not answer. */
const patienceMs = 250

export function edgeGrants(parts: {
  readonly db: PrismaClient
  /** Where the hashes of tokens that were good are kept, for a restart without the database. */
  readonly file: string
  readonly log: Logger
  readonly now?: () => number
}): Grants {
  const { db, file, log, now = Date.now } = parts
  const seen = readKept(file)
  const asking = new Map<string, Asking>()

  async function ask(secret: string, key: string): Promise<EdgeGrant | null | 'unknown'> {
    try {
      const found = await findGrant(secret, { db, now: new Date(now()) })
      const ends = found?.expiresAt ? { endsAtMs: found.expiresAt.getTime() } : {}
      const grant = found ? { scopes: found.scopes, agents: found.agents, ...ends } : null
      const isNews = JSON.stringify(seen.get(key)?.grant ?? null) !== JSON.stringify(grant)
      if (grant || seen.has(key)) seen.set(key, { grant, at: now() })
      if (isNews) keep(file, seen, log)
      return grant
    } catch (error) {
      log.warn({ err: error }, 'A token could not be looked up; what was known of it holds')
      return seen.get(key)?.grant ?? 'unknown'
    }
  }

  const alive = (grant: EdgeGrant | null | 'unknown') =>
    grant !== null && grant !== 'unknown' && grant.endsAtMs !== undefined && grant.endsAtMs <= now()
      ? null
      : grant

  async function findKnown(secret: string): Promise<EdgeGrant | null | 'unknown'> {
    const key = hashSecret(secret)
    const known = seen.get(key)
    if (known && now() - known.at < freshMs) return known.grant
    const going = asking.get(key) ?? {
      answer: ask(secret, key).finally(() => asking.delete(key)),
      since: now(),
    }
    asking.set(key, going)
    if (!known) return await going.answer
    return await within(patienceMs - (now() - going.since), going.answer, known.grant)
  }

  return { find: async (secret) => alive(await findKnown(secret)) }
}

/** The answer, if it comes in time; else what was known. */
async function within<Answer>(ms: number, answer: Promise<Answer>, known: Answer): Promise<Answer> {
  if (ms <= 0) return known
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Answer>((resolve) => (timer = setTimeout(() => resolve(known), ms)))
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer))
}

function readKept(file: string): Map<string, Seen> {
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Record<string, EdgeGrant>
    return new Map(Object.entries(kept).map(([key, grant]) => [key, { grant, at: 0 }]))
  } catch {
    return new Map()
  }
}

function keep(file: string, seen: ReadonlyMap<string, Seen>, log: Logger): void {
  const good = [...seen].flatMap(([key, { grant }]) => (grant ? [[key, grant] as const] : []))
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(good)), { mode: 0o600 })
    renameSync(`${file}.new`, file)
  } catch (error) {
    log.error({ file, err: error }, 'The known tokens could not be kept on disk')
  }
}
