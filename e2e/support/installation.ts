import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuild } from '#lib/launcher/build.ts'
import { root } from '#lib/launcher/root.ts'
import { type Installation, openInstallation } from '#lib/testing/launched.ts'

/**
 * The one installation that the stories share. What would disturb the others opens one of its own. What it warned of is in
 * `test-results/installation.log` afterwards.
 */

const variable = 'STORIES_INSTALLATION'

/** What the stories know of it; carried to the workers in the environment. */
export function installation(): Installation {
  return JSON.parse(process.env[variable] ?? '{}') as Installation
}

export default async function setUp(): Promise<() => Promise<void>> {
  await ensureBuild((line) => process.stdout.write(`${line}\n`))
  const { stop, printed, ...known } = await openInstallation({ SWITCHBACK_LOG_LEVEL: 'warn' })
  process.env[variable] = JSON.stringify(known)
  return async () => {
    await stop()
    mkdirSync(join(root, 'test-results'), { recursive: true })
    writeFileSync(join(root, 'test-results/installation.log'), printed())
  }
}
