import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { findRunning } from '#lib/launcher/dataFolder.ts'
import { nodeFlags, root } from '#lib/launcher/root.ts'
import { bareEnvironment, freePorts, startProgram } from './program.ts'
import { startSlackServer } from './slackServer.ts'

/** An installation started as a person starts it, with a server that answers as Slack does. For stories and benches. */
export interface Installation {
  readonly panelUrl: string
  readonly edgeUrl: string
  readonly token: string
  readonly slackUrl: string
  readonly slackApiUrl: string
  readonly slackToken: string
  /** The one-time link that the launcher printed. */
  readonly link: string
  /** The settings it was started with. */
  readonly env: Readonly<Record<string, string>>
  readonly databaseUrl: string
  readonly launcherPid: number
}

export interface Launched extends Installation {
  /** What it has printed so far. */
  printed(): string
  stop(): Promise<void>
}

/** What the Slack of these installations signs with. */
export const slackSigningSecret = 'signed-in-the-stories'

const startWithinMs = 90_000

/** Starts one on free ports, in a folder of its own, with these settings too. The panel has been built before. */
export async function openInstallation(more: Readonly<Record<string, string>> = {}): Promise<Launched> {
  const slack = await startSlackServer()
  const folder = mkdtempSync(join(tmpdir(), 'switchback-stories-'))
  const [free = 0, edgePort = 0] = await freePorts(2)
  const panelPort = more['SWITCHBACK_PANEL_PORT'] ?? free
  const env = {
    SWITCHBACK_PANEL_PORT: String(panelPort),
    SWITCHBACK_EDGE_PORT: String(edgePort),
    SWITCHBACK_DATA_DIR: join(folder, 'data'),
    SWITCHBACK_SLACK_TOKEN: slack.token,
    SWITCHBACK_SLACK_CHANNEL: 'on-call',
    SWITCHBACK_SLACK_API_URL: slack.apiUrl,
    SWITCHBACK_SLACK_SIGNING_SECRET: slackSigningSecret,
    SWITCHBACK_DESIGN: 'yes',
    SWITCHBACK_LOG_LEVEL: 'error',
    ...more,
  }
  const launcher = startProgram({ args: [...nodeFlags, join(root, 'lib/launcher/start.ts')], env })
  const stop = async () => {
    await launcher.stop()
    await slack.close()
    rmSync(folder, { recursive: true, force: true })
  }
  const deadline = Date.now() + startWithinMs
  while (!/Ctrl-C stops everything/.test(launcher.output)) {
    if (launcher.pid === null || Date.now() > deadline) {
      await stop()
      throw new Error(`Switchback did not start:\n${launcher.output}`)
    }
    await pause(50)
  }
  const running = findRunning(env.SWITCHBACK_DATA_DIR)
  return {
    panelUrl: `http://localhost:${panelPort}`,
    edgeUrl: `http://127.0.0.1:${edgePort}`,
    token: makeToken(env),
    slackUrl: slack.url,
    slackApiUrl: slack.apiUrl,
    slackToken: slack.token,
    link: /http\S+\/welcome\?token=\w+/.exec(launcher.output)?.[0] ?? '',
    env,
    databaseUrl: running?.databaseUrl ?? '',
    launcherPid: running?.pid ?? 0,
    printed: () => launcher.output,
    stop,
  }
}

/** A token with every scope that a pipeline and an agent need, made on the command line. */
function makeToken(env: Readonly<Record<string, string>>): string {
  const scopes = 'deploy,operate,read,telemetry,evaluate'
  const words = ['token', 'create', '--name', 'stories', '--agent', '*', '--scopes', scopes, '--json']
  const said = execFileSync(process.execPath, [...nodeFlags, join(root, 'lib/cli/main.ts'), ...words], {
    cwd: root,
    env: { ...bareEnvironment(), ...env },
    encoding: 'utf8',
  })
  return (JSON.parse(said) as { token: string }).token
}
