import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root } from '#lib/launcher/root.ts'
import type { Usage } from './evidenceServer.ts'

export interface ServerProcess {
  readonly port: number
  usage(): Promise<Usage>
  stop(): Promise<void>
}

/** Starts evidenceServer.ts: an edge on that database, or the bare server. `PROFILE` names a folder for its CPU profile. */
export async function startServerProcess(edge?: { url: string; folder: string }): Promise<ServerProcess> {
  const profile = process.env['PROFILE']
  const child = fork(join(root, 'lib/bench/evidenceServer.ts'), edge ? [edge.url, edge.folder] : [], {
    execArgv: [
      '--conditions=react-server',
      '--disable-warning=ExperimentalWarning',
      ...(profile && edge ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []),
    ],
  })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return {
    port,
    async usage() {
      const answer = once(child, 'message')
      child.send('usage')
      const [usage] = (await answer) as [Usage]
      return usage
    },
    async stop() {
      const over = once(child, 'exit')
      child.disconnect()
      await over
    },
  }
}
