import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Makes an API token for the demo with the command line of the Switchback that runs from this checkout. */
export async function makeToken(): Promise<string> {
  const args = 'lib/launcher/bootstrap.mjs lib/cli/main.ts token create --agent * --json'.split(' ')
  const name = `demo-${randomBytes(3).toString('hex')}`
  const scopes = 'deploy,operate,read,telemetry,evaluate'
  const run = promisify(execFile)
  const made = await run(process.execPath, [...args, '--name', name, '--scopes', scopes], {
    cwd: root,
  }).catch((error: unknown) => {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error)
    throw new Error(`No token could be made (${said}). Give one with --token or SWITCHBACK_TOKEN.`)
  })
  return (JSON.parse(made.stdout) as { token: string }).token
}
