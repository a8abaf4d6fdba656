// The first step on a fresh machine: plain JavaScript for Node 20, without a package. Installs what is missing, then
// hands over to the pinned Node with the TypeScript file that it was given.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const stamp = join(root, 'node_modules/.switchback-installed')
const node = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')
const flags = ['--conditions=react-server', '--disable-warning=ExperimentalWarning']

function lockDigest() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
}

function isInstalled() {
  return existsSync(node) && existsSync(stamp) && readFileSync(stamp, 'utf8') === lockDigest()
}

function install() {
  const [major = 0] = process.versions.node.split('.').map(Number)
  if (major < 20) fail(`Switchback needs Node 20 or later; this is ${process.versions.node}`)
  process.stderr.write('Installing packages (npm ci)…\n')
  const began = Date.now()
  const npm = process.env.npm_execpath
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const options = { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', maxBuffer: 2 ** 26 }
  const done = npm ? spawnSync(process.execPath, [npm, ...args], options) : spawnSync('npm', args, options)
  if (done.status !== 0) fail(`npm ci failed:\n${done.stdout ?? ''}${done.stderr ?? ''}${done.error ?? ''}`)
  if (!existsSync(node)) fail('npm ci ran, but the pinned Node (package "node") is not there')
  writeFileSync(stamp, lockDigest())
  process.stderr.write(`Installed in ${Math.round((Date.now() - began) / 1000)} s\n`)
}

/** The database client is made from the schema, and is needed before anything of ours can be loaded. */
function ensureClient() {
  const made = join(root, 'lib/store/generated/.made-of')
  const digest = createHash('sha256')
    .update(readFileSync(join(root, 'prisma/schema.prisma')))
    .digest('hex')
  if (existsSync(made) && readFileSync(made, 'utf8') === digest) return
  const options = { cwd: root, encoding: 'utf8', env: { ...process.env, CHECKPOINT_DISABLE: '1' } }
  const done = spawnSync(node, [join(root, 'node_modules/prisma/build/index.js'), 'generate'], options)
  if (done.status !== 0) fail(`prisma generate failed:\n${done.stdout ?? ''}${done.stderr ?? ''}`)
  writeFileSync(made, digest)
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

const [file, ...args] = process.argv.slice(2)
if (!file) fail('Usage: node lib/launcher/bootstrap.mjs FILE.ts [arguments]')
if (!isInstalled()) install()
ensureClient()

const path = [dirname(node), join(root, 'node_modules/.bin'), process.env.PATH].join(
  process.platform === 'win32' ? ';' : ':',
)
const child = spawn(node, [...flags, join(root, file), ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: path },
})
// The child ends in its own order; this process only waits, so that the terminal comes back when all is over.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('error', (error) => fail(error.message))
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
