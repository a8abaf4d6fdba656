import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuild } from './build.ts'
import { ensureChromium } from './chromium.ts'
import { type Counts, countsOfPlaywright, countsOfVitest, sum, summaryLine } from './counts.ts'
import { root } from './root.ts'
import { endSuite, runSuite, type Suite } from './suites.ts'

/** `npm test`: everything that is checked before a change is kept. The last line says how many tests went which way. */

const say = (line: string) => process.stdout.write(`${line}\n`)
const aFailure: Counts = { passed: 0, failed: 1, skipped: 0 }
const reports = mkdtempSync(join(tmpdir(), 'switchback-reports-'))

function vitestSuite(name: string, command: string, args: readonly string[]): Suite {
  const file = join(reports, `${name.replaceAll(/\W/g, '-')}.json`)
  const report = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  return { name, command, args: [...args, ...report], report: { file, counts: countsOfVitest } }
}

const verify = vitestSuite('types, lint, format, unit tests', 'npm', ['run', '--silent', 'verify', '--'])
const integration = vitestSuite('integration tests', process.execPath, [
  join(root, 'node_modules/vitest/vitest.mjs'),
  'run',
  '--project=integration',
])

function browserSuite(chromium: string): Suite {
  const file = join(reports, 'browser.json')
  return {
    name: 'stories in the browser',
    command: process.execPath,
    args: [join(root, 'node_modules/@playwright/test/cli.js'), 'test', '--reporter=list,json'],
    env: { CHROMIUM_PATH: chromium, PLAYWRIGHT_JSON_OUTPUT_FILE: file },
    report: { file, counts: countsOfPlaywright },
  }
}

async function runBrowserSuite(): Promise<Counts> {
  const chromium = await ensureChromium(say)
  if (!chromium) return aFailure
  try {
    await ensureBuild(say)
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    return aFailure
  }
  return await runSuite(browserSuite(chromium))
}

/** Tests bring their own database and ports: a developer's settings must neither help nor be harmed. */
function forgetSettings(): void {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('SWITCHBACK_') || name === 'DATABASE_URL') delete process.env[name]
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    endSuite()
    rmSync(reports, { recursive: true, force: true })
    process.exit(1)
  })
}

forgetSettings()
const total = sum([await runSuite(verify), await runSuite(integration), await runBrowserSuite()])
rmSync(reports, { recursive: true, force: true })
say(`\n${summaryLine(total)}`)
process.exit(total.failed > 0 ? 1 : 0)
