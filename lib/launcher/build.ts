import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.ts'

/** What has to be built of the sources before anything starts; built again only when they changed. */

const buildStamp = join(root, '.next/made-of')

const sources = [
  'app/**',
  'components/**',
  'lib/**',
  'public/**',
  'sdk/**',
  'next.config.ts',
  'postcss.config.mjs',
  'tsconfig.json',
  'package-lock.json',
]
const notBuilt =
  /\.test\.tsx?$|^lib\/(testing|bench|demo|cli|launcher|edge|guard)\/|\/generated\/|node_modules/

/** Builds the panel for production. */
export async function ensureBuild(say: (line: string) => void): Promise<void> {
  const digest = digestOfSources()
  if (existsSync(join(root, '.next/BUILD_ID')) && isMadeOf(buildStamp, digest)) return
  say('Building the panel…')
  await runTool('next/dist/bin/next', ['build'])
  writeFileSync(buildStamp, digest)
}

function isMadeOf(stamp: string, digest: string): boolean {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === digest
}

function digestOfSources(): string {
  const hash = createHash('sha256')
  const files = globSync(sources, { cwd: root })
    .filter((file) => !notBuilt.test(file))
    .sort()
  for (const file of files) {
    const stat = statSync(join(root, file))
    if (stat.isFile()) hash.update(`${file}\0`).update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

/** Runs a tool of node_modules on the pinned Node. What it prints is shown only when it fails. */
export async function runTool(script: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', CHECKPOINT_DISABLE: '1' },
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  if (code !== 0) throw new Error(`${script} ${args.join(' ')} failed:\n${output.trim()}`)
}
