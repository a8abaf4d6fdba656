import { ensureBuild } from '#lib/launcher/build.ts'
import { type Installation, openInstallation } from '#lib/testing/launched.ts'

/** The one installation that the stories share. What would disturb the others opens one of its own. */

const variable = 'STORIES_INSTALLATION'

/** What the stories know of it; carried to the workers in the environment. */
export function installation(): Installation {
  return JSON.parse(process.env[variable] ?? '{}') as Installation
}

export default async function setUp(): Promise<() => Promise<void>> {
  await ensureBuild((line) => process.stdout.write(`${line}\n`))
  const { stop, ...known } = await openInstallation()
  process.env[variable] = JSON.stringify(known)
  return stop
}
