import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.ts'

/** The panel as it is served, built from the sources; built again only when they changed. */

const buildId = join(root, '.next/BUILD_ID')
const stamp = join(root, '.next/made-of')

const sources = [
  'app/**',
  'components/**',
  'lib/**',
  'public/**',
  'sdk/**',
  'prisma/schema.prisma',
  'instrumentation.ts',
  'proxy.ts',
  'next.config.ts',
  'postcss.config.mjs',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
]
const notBuilt =
  /\.test\.tsx?$|^lib\/(testing|bench|demo|cli|launcher|edge|guard)\/|\/generated\/|node_modules/

/** Builds the panel for production, unless what is there is made of these sources. */
export async function ensureBuild(say: (line: string) => void, signal?: AbortSignal): Promise<void> {
  const digest = digestOfSources()
  if (existsSync(buildId) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return
  const began = Date.now()
  say('Building the panel…')
  // A build that is cut off must not pass for the one before it.
  rmSync(stamp, { force: true })
  await runTool('next/dist/bin/next', ['build'], signal)
  writeFileSync(stamp, digest)
  say(`Built in ${Math.round((Date.now() - began) / 1000)} s`)
}

function digestOfSources(): string {
  const hash = createHash('sha256')
  const files = globSync(sources, { cwd: root })
    .filter((file) => !notBuilt.test(file))
    .sort()
  for (const file of files) {
    const path = join(root, file)
    if (statSync(path).isFile()) hash.update(`${file}\0`).update(readFileSync(path))
  }
  return hash.digest('hex')
}

/** Runs a tool of node_modules on the pinned Node. What it prints is shown only when it fails. */
async function runTool(script: string, args: readonly string[], signal?: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    ...(signal ? { signal } : {}),
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`${script} ${args.join(' ')} failed:\n${output.trim()}`)
}
