import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ensureBuild } from '#lib/launcher/build.ts'
import { findRunning } from '#lib/launcher/dataFolder.ts'
import { nodeFlags, root } from '#lib/launcher/root.ts'
import { freePort } from '#lib/store/embeddedPostgres.ts'
import { bareEnvironment } from '#lib/testing/program.ts'
import { startSlackServer } from '#lib/testing/slackServer.ts'

/** One installation for all stories, started as a person starts it, with a server that answers as Slack does. */

/** What the stories know of it; carried to the workers in the environment. */
export interface Installation {
  readonly panelUrl: string
  readonly edgeUrl: string
  readonly token: string
  readonly slackUrl: string
  /** The one-time link that the launcher printed. */
  readonly link: string
  /** The settings it was started with. */
  readonly env: Readonly<Record<string, string>>
  readonly databaseUrl: string
}

const variable = 'STORIES_INSTALLATION'
const startWithinMs = 90_000

export function installation(): Installation {
  return JSON.parse(process.env[variable] ?? '{}') as Installation
}

export default async function setUp(): Promise<() => Promise<void>> {
  await ensureBuild((line) => process.stdout.write(`${line}\n`))
  const slack = await startSlackServer()
  const folder = mkdtempSync(join(tmpdir(), 'switchback-stories-'))
  const [panelPort, edgePort] = [await freePort(), await freePort()]
  const panelUrl = `http://localhost:${panelPort}`
  const settings = {
    SWITCHBACK_PANEL_PORT: String(panelPort),
    SWITCHBACK_EDGE_PORT: String(edgePort),
    SWITCHBACK_DATA_DIR: join(folder, 'data'),
    SWITCHBACK_SLACK_TOKEN: slack.token,
    SWITCHBACK_SLACK_CHANNEL: 'on-call',
    SWITCHBACK_SLACK_API_URL: slack.apiUrl,
    SWITCHBACK_LOG_LEVEL: 'error',
  }
  const env = { ...bareEnvironment(), ...settings }
  const launcher = spawn(process.execPath, [...nodeFlags, join(root, 'lib/launcher/start.ts')], {
    cwd: root,
    env,
  })
  let said = ''
  launcher.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  launcher.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const stop = async () => {
    if (launcher.exitCode === null) {
      const ended = once(launcher, 'exit')
      launcher.kill('SIGINT')
      await ended
    }
    await slack.close()
    rmSync(folder, { recursive: true, force: true })
  }

  const deadline = Date.now() + startWithinMs
  while (!/Ctrl-C stops everything/.test(said)) {
    if (launcher.exitCode !== null || Date.now() > deadline) {
      await stop()
      throw new Error(`Switchback did not start:\n${said}`)
    }
    await pause(50)
  }
  const link = /http\S+\/welcome\?token=\w+/.exec(said)?.[0] ?? ''
  const scopes = 'deploy,operate,read,telemetry,evaluate'
  const cli = [
    ...nodeFlags,
    join(root, 'lib/cli/main.ts'),
    'token',
    'create',
    '--name',
    'stories',
    '--agent',
    '*',
    '--scopes',
    scopes,
    '--json',
  ]
  const { token } = JSON.parse(execFileSync(process.execPath, cli, { cwd: root, env, encoding: 'utf8' })) as {
    token: string
  }
  const known: Installation = {
    panelUrl,
    edgeUrl: `http://127.0.0.1:${edgePort}`,
    token,
    slackUrl: slack.url,
    link,
    env: settings,
    databaseUrl: findRunning(settings.SWITCHBACK_DATA_DIR)?.databaseUrl ?? '',
  }
  process.env[variable] = JSON.stringify(known)
  return stop
}
