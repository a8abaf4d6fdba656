import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { type Counts, none } from './counts.ts'
import { root } from './root.ts'

/** One command of the test run, with the report that it leaves. */
export interface Suite {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly report: { readonly file: string; counts(report: unknown): Counts }
}

let running: ChildProcess | null = null

/**
 * Runs a suite and counts its tests. One that ends badly without a failed test (it did not compile, it had no test) is
 * one failure: a run is never green because it said nothing.
 */
export async function runSuite(suite: Suite): Promise<Counts> {
  process.stdout.write(`\n── ${suite.name}\n`)
  const code = await runToEnd(suite)
  const counts = existsSync(suite.report.file)
    ? suite.report.counts(JSON.parse(readFileSync(suite.report.file, 'utf8')))
    : none
  if (code === 0 && counts.passed > 0) return counts
  return { ...counts, failed: Math.max(counts.failed, 1) }
}

/** Ends the suite that runs now. */
export function endSuite(): void {
  running?.kill('SIGTERM')
}

/** The schema engine is WebAssembly, which Node calls experimental at every start. */
const quiet = ['--disable-warning=ExperimentalWarning', process.env['NODE_OPTIONS']].join(' ').trim()

async function runToEnd({ command, args, env }: Suite): Promise<number | null> {
  const child = spawn(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NODE_OPTIONS: quiet, ...env },
  })
  running = child
  return await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => {
      running = null
      resolve(code)
    })
  })
}
