import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { systemActor } from '#lib/domain/actor.ts'
import type { Outcome } from '#lib/services/outcome.ts'
import { createPerson } from '#lib/services/people/createPerson.ts'
import { setLease } from '#lib/services/routing/setLease.ts'
import { createToken } from '#lib/services/token/create.ts'
import { openDatabase } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { findDatabaseUrl } from '#lib/launcher/databaseUrl.ts'
import { verifyRecord } from './verifyRecord.ts'

/** `npm run --silent cli -- …`: for automation, and for the first set-up without a browser. */

const usage = `Usage:
  cli token create --name NAME --agent NAME|* [--agent …] --scopes deploy,operate,read,telemetry,evaluate [--json]
  cli admin create --email ADDRESS [--name NAME]     (reads the password from standard input)
  cli lease set SECONDS                              (0 is off; docs/switches.md)
  cli audit verify FILE [--checkpoints FILE] [--key FILE] [--part]
                                                     (an export of the audit record, JSON Lines)
`

interface CommandLine {
  readonly words: readonly string[]
  readonly options: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>
}

async function main(): Promise<number> {
  const line = readCommandLine(process.argv.slice(2))
  switch (line?.words.slice(0, 2).join(' ')) {
    case 'token create':
      return await withDatabase((db) => createTokenFrom(line, db))
    case 'admin create':
      return await withDatabase((db) => createAdministratorFrom(line, db))
    case 'lease set':
      return await withDatabase((db) => setLeaseFrom(line, db))
    case 'audit verify':
      return await verifyFrom(line)
    default:
      process.stderr.write(usage)
      return 2
  }
}

function readCommandLine(args: string[]): CommandLine | undefined {
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        agent: { type: 'string', multiple: true },
        scopes: { type: 'string' },
        email: { type: 'string' },
        json: { type: 'boolean' },
        checkpoints: { type: 'string' },
        key: { type: 'string' },
        part: { type: 'boolean' },
      },
    })
    return { words: positionals, options: values }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return undefined
  }
}

async function createTokenFrom({ options }: CommandLine, db: PrismaClient): Promise<number> {
  const input = {
    name: options['name'],
    agents: options['agent'],
    scopes: typeof options['scopes'] === 'string' ? options['scopes'].split(',') : undefined,
  }
  const outcome = await createToken(input, systemActor, { db })
  return report(outcome, ({ token }) => (options['json'] ? JSON.stringify({ token }) : token))
}

async function createAdministratorFrom({ options }: CommandLine, db: PrismaClient): Promise<number> {
  const password = (await text(process.stdin)).replace(/\r?\n$/, '')
  const email = options['email']
  const name = options['name'] ?? (typeof email === 'string' ? email.split('@')[0] : undefined)
  const grants = [{ role: 'administrator', agent: '*' }]
  const outcome = await createPerson({ email, name, password, grants }, systemActor, { db })
  return report(outcome, ({ personId }) => `Made the administrator ${String(email)} (${personId})`)
}

async function setLeaseFrom({ words }: CommandLine, db: PrismaClient): Promise<number> {
  const outcome = await setLease({ seconds: Number(words[2]) }, systemActor, { db })
  return report(outcome, ({ seconds }) => (seconds === 0 ? 'Leases are off' : `The lease is ${seconds} s`))
}

async function verifyFrom({ words, options }: CommandLine): Promise<number> {
  const file = words[2]
  if (!file) {
    process.stderr.write(usage)
    return 2
  }
  const { checkpoints, key, part } = options
  return await verifyRecord({
    file,
    checkpoints: typeof checkpoints === 'string' ? checkpoints : undefined,
    key: typeof key === 'string' ? key : undefined,
    isPart: part === true,
  })
}

function report<T>(outcome: Outcome<T>, say: (value: T) => string): number {
  if (outcome.ok) {
    process.stdout.write(`${say(outcome.value)}\n`)
    return 0
  }
  process.stderr.write(`${outcome.refusal.because}\n`)
  return 1
}

async function withDatabase(work: (db: PrismaClient) => Promise<number>): Promise<number> {
  const found = findDatabaseUrl()
  if (!found.ok) {
    process.stderr.write(`${found.because}\n`)
    return 1
  }
  const db = openDatabase(found.url, 2)
  try {
    return await work(db)
  } finally {
    await db.$disconnect()
  }
}

process.exitCode = await main()
