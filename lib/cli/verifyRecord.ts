import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { PublishedKey } from '#lib/domain/checkpoint.ts'
import { type CheckpointVerdict, verifyCheckpoints } from '#lib/record/checkpoints.ts'
import { sortLines } from '#lib/record/published.ts'
import { openVerification, type RecordVerdict } from '#lib/record/verification.ts'

/** `audit verify`: needs the export, and nothing of Switchback but this code. */

export interface VerifyOptions {
  readonly file: string
  /** Where the checkpoints are, when not in the export itself. */
  readonly checkpoints?: string | undefined
  /** The public key: a line of the file of checkpoints, or 32 bytes in base64. */
  readonly key?: string | undefined
  /** The export is a selection of entries. */
  readonly isPart: boolean
}

const linesAtOnce = 2_000

/** Writes what holds to standard output and what does not to standard error; answers the exit code. */
export async function verifyRecord(options: VerifyOptions): Promise<number> {
  const absent = [options.file, options.checkpoints, options.key].find((file) => file && !existsSync(file))
  if (absent) {
    process.stderr.write(`There is no file ${absent}\n`)
    return 2
  }
  const given = readKey(options.key)
  if (given === 'unreadable') {
    process.stderr.write(`${options.key}: expected an Ed25519 public key (32 bytes in base64, or its line)\n`)
    return 2
  }
  const published = await readCheckpoints(options.checkpoints ?? options.file)
  const key = given ?? published.key
  const checked = await verifyCheckpoints(published.checkpoints, key)
  const verification = openVerification({ checkpoints: checked, isPart: options.isPart })
  for await (const lines of inChunks(options.file)) await verification.add(sortLines(lines).entries)
  const verdict = verification.end()
  say(verdict, checked, given ? 'given' : 'in the file')
  return verdict.faultCount === 0 && verdict.entries > 0 ? 0 : 1
}

function say(verdict: RecordVerdict, checked: CheckpointVerdict, keyFrom: string): void {
  const broken = new Set(verdict.faults.map((fault) => fault.chain))
  for (const { chain, entries, first, last, head } of verdict.chains) {
    const state = broken.has(chain) ? 'broken' : `unbroken from ${first} to ${last}, head ${head}`
    process.stdout.write(`${chain}: ${entries} entries, ${state}\n`)
  }
  process.stdout.write(`${checkpointWords(checked, keyFrom)}\n`)
  if (verdict.notHere.length > 0)
    process.stdout.write(`Not in this file, though checkpoints know them: ${verdict.notHere.join(', ')}\n`)
  for (const fault of verdict.faults) process.stderr.write(`${fault.says}\n`)
  const more = verdict.faultCount - verdict.faults.length
  if (more > 0) process.stderr.write(`… and ${more} more\n`)
  if (verdict.entries === 0) process.stderr.write('There is no entry in this file\n')
}

function checkpointWords(
  { checkpoints, newest, newestAt, key, signatures }: CheckpointVerdict,
  from: string,
) {
  if (checkpoints === 0) return 'No checkpoints: entries cut off at the end would not be seen'
  if (signatures === 'not_checked')
    return `${checkpoints} checkpoints, signatures not checked: no key was given`
  const upTo = newest === null ? 'none holds' : `the newest, ${newest}, is of ${newestAt}`
  return `${checkpoints} checkpoints, signatures ${signatures}; ${upTo}; key ${key} (${from})`
}

async function readCheckpoints(file: string) {
  const all: string[] = []
  for await (const lines of inChunks(file)) all.push(...lines.filter((line) => line.startsWith('{"kind":')))
  return sortLines(all)
}

function readKey(file: string | undefined): PublishedKey | null | 'unreadable' {
  if (!file) return null
  const text = readFileSync(file, 'utf8').trim()
  const line = sortLines(text.split('\n')).key
  if (line) return line
  return /^[A-Za-z0-9+/]{43}=$/.test(text)
    ? { kind: 'key', algorithm: 'Ed25519', key: '', public: text }
    : 'unreadable'
}

async function* inChunks(file: string): AsyncGenerator<string[]> {
  let lines: string[] = []
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    lines.push(line)
    if (lines.length < linesAtOnce) continue
    yield lines
    lines = []
  }
  yield lines
}
