import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.ts'

/** The browser for the stories in e2e/. */

const installTimeoutMs = 600_000

/** The one without a window first: each page of it costs a fifth less, since no browser is drawn around it. */
const usualPlaces = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

/** A Chromium of this machine: the one that `CHROMIUM_PATH` names, the system's, or Playwright's own; null when none is there. */
export async function findChromium(): Promise<string | null> {
  const given = process.env['CHROMIUM_PATH']
  if (given) return given
  const found = usualPlaces.find((path) => existsSync(path))
  if (found) return found
  const { chromium } = await import('@playwright/test')
  const own = chromium.executablePath()
  return own && existsSync(own) ? own : null
}

/** How tests, benches and pictures start it. */
export async function chromiumLaunch(): Promise<{ executablePath?: string; args: string[] }> {
  const executablePath = await findChromium()
  const isRoot = process.getuid?.() === 0
  return {
    ...(executablePath ? { executablePath } : {}),
    // Without hinting letters are as wide in one Chromium as in another.
    args: [
      '--disable-background-networking',
      '--font-render-hinting=none',
      ...(isRoot ? ['--no-sandbox'] : []),
    ],
  }
}

/** Finds a Chromium or installs one: Playwright's own, else Debian's. Null when neither works; why has been said. */
export async function ensureChromium(say: (line: string) => void): Promise<string | null> {
  const there = await findChromium()
  if (there) return there
  say('There is no Chromium here; installing one…')
  const isRoot = process.getuid?.() === 0
  const playwright = join(root, 'node_modules/@playwright/test/cli.js')
  // What it depends on is the system's, which only root may install.
  const withDeps = isRoot ? ['--with-deps'] : []
  const tries = [{ command: process.execPath, args: [playwright, 'install', ...withDeps, 'chromium'] }]
  if (isRoot && existsSync('/usr/bin/apt-get')) {
    const packages = 'apt-get install -y chromium-headless-shell || apt-get install -y chromium'
    tries.push({ command: 'sh', args: ['-c', `apt-get update && { ${packages}; }`] })
  }
  for (const { command, args } of tries) {
    const done = spawnSync(command, args, { cwd: root, encoding: 'utf8', timeout: installTimeoutMs })
    const found = await findChromium()
    if (found) return found
    say(`${command} ${args.join(' ')} did not bring one: ${lastWords(done.stderr || done.stdout)}`)
  }
  say('Install Chromium or Google Chrome, or name one with CHROMIUM_PATH, and run the tests again.')
  return null
}

function lastWords(output: string | null): string {
  return (output ?? '').trim().split('\n').slice(-3).join(' ') || 'it said nothing'
}
