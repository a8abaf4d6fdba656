// The first step on a fresh machine: plain JavaScript for Node 20, without a package. Installs what is missing, then
// hands over to the pinned Node with the TypeScript file that it was given.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const stamp = join(root, 'node_modules/.switchback-installed')
const node = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')
const flags = ['--conditions=react-server', '--disable-warning=ExperimentalWarning']

const digestOf = (file) =>
  createHash('sha256')
    .update(readFileSync(join(root, file)))
    .digest('hex')

/** What runs now. It ends in its own order; this process only waits, so that the terminal comes back when all is over. */
let child = null
let isPreparing = false
let wasAskedToEnd = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    wasAskedToEnd = true
    // npm takes its time to end, and what it leaves half done is done again from the start.
    child?.kill(isPreparing ? 'SIGKILL' : signal)
  })
}

/** Runs a command; the code that it ended with. */
async function run(command, args, options) {
  child = spawn(command, args, { cwd: root, ...options })
  options.onSpawn?.(child)
  return await new Promise((resolve) => {
    child.once('error', (error) => fail(`${command} could not be started: ${error.message}`))
    child.once('close', (code) => resolve(code ?? 1))
  })
}

/** Runs a command whose output is of interest only when it fails. */
async function runSilently(what, command, args, env = process.env) {
  let output = ''
  const gather = (chunk) => (output += chunk)
  isPreparing = true
  const code = await run(command, args, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    onSpawn: ({ stdout, stderr }) => [stdout, stderr].forEach((stream) => stream.on('data', gather)),
  })
  isPreparing = false
  if (wasAskedToEnd) process.exit(1)
  if (code !== 0) fail(`${what} failed:\n${output.trim()}`)
}

function isInstalled() {
  if (!existsSync(node)) return false
  if (existsSync(stamp)) return readFileSync(stamp, 'utf8') === digestOf('package-lock.json')
  if (!wasInstalledByHand()) return false
  writeFileSync(stamp, digestOf('package-lock.json'))
  return true
}

/** Whether somebody ran npm here already: npm leaves a list of what it installed. */
function wasInstalledByHand() {
  const list = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(list)) return false
  const installed = JSON.parse(readFileSync(list, 'utf8')).packages
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  return Object.entries(wanted).every(
    ([path, { version, optional, devOptional }]) =>
      path === '' || optional || devOptional || installed[path]?.version === version,
  )
}

async function install() {
  process.stderr.write('Installing packages (npm ci)…\n')
  const began = Date.now()
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  // The npm that runs us, which need not be the first in the path.
  const npm = process.env.npm_execpath?.endsWith('npm-cli.js') ? process.env.npm_execpath : null
  if (npm) await runSilently('npm ci', process.execPath, [npm, ...args])
  else await runSilently('npm ci', 'npm', args)
  if (!existsSync(node)) fail('npm ci ran, but the pinned Node (package "node") is not there')
  writeFileSync(stamp, digestOf('package-lock.json'))
  process.stderr.write(`Installed in ${Math.round((Date.now() - began) / 1000)} s\n`)
}

/** The database client is made from the schema, and is needed before anything of ours can be loaded. */
async function ensureClient() {
  const made = join(root, 'lib/store/generated/.made-of')
  const digest = digestOf('prisma/schema.prisma')
  if (existsSync(made) && readFileSync(made, 'utf8') === digest) return
  const prisma = join(root, 'node_modules/prisma/build/index.js')
  await runSilently('prisma generate', node, [prisma, 'generate'], {
    ...process.env,
    CHECKPOINT_DISABLE: '1',
  })
  writeFileSync(made, digest)
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

const [file, ...args] = process.argv.slice(2)
if (!file) fail('Usage: node lib/launcher/bootstrap.mjs FILE.ts [arguments]')
const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 20) fail(`Switchback needs Node 20 or later; this is ${process.versions.node}`)
if (!isInstalled()) await install()
await ensureClient()

const path = [dirname(node), join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter)
const code = await run(node, [...flags, join(root, file), ...args], {
  cwd: process.cwd(),
  env: { ...process.env, PATH: path },
  // Its channel closes when this process is killed, and then it ends too.
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
})
process.exit(code)
