import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { root } from './root.ts'
import type { Started } from './started.ts'

export interface Program {
  readonly name: string
  /** Arguments of Node: flags, the file, and its own. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** How long it may take to end when asked; then it is ended. */
  readonly stopTimeoutMs: number
}

/** A program that is kept running. */
export interface Supervised extends Started {
  /** Sends it a message; one that is not there right now does not get it. */
  tell(message: object): void
}

const backOff = { firstMs: 200, maxMs: 10_000, forgottenAfterMs: 30_000 }
const endWithLauncher = join(root, 'lib/launcher/endWithLauncher.mjs')

/**
 * Starts a program and keeps it running. It is in a group of its own, so that Ctrl-C reaches the launcher alone, and
 * holds a channel to the launcher: when that closes, the launcher is gone and the program ends by itself.
 */
export function supervise(
  program: Program,
  say: (line: string) => void,
  onMessage: (message: unknown) => void = () => undefined,
): Supervised {
  let child: ChildProcess | null = null
  let stopping = false
  let failures = 0
  let timer: NodeJS.Timeout | null = null

  function start(): void {
    const startedAt = Date.now()
    const started = spawn(process.execPath, ['--import', endWithLauncher, ...program.args], {
      cwd: root,
      env: { ...process.env, ...program.env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      detached: true,
    })
    child = started
    started.on('message', onMessage)
    started.once('error', (error) => say(`${program.name} could not be started: ${error.message}`))
    started.once('exit', (code, signal) => {
      if (child === started) child = null
      if (stopping) return
      failures = Date.now() - startedAt > backOff.forgottenAfterMs ? 0 : failures + 1
      const waitMs = Math.min(backOff.firstMs * 2 ** Math.max(0, failures - 1), backOff.maxMs)
      say(`${program.name} ended (${signal ?? `code ${code}`}); it is started again in ${waitMs} ms`)
      timer = setTimeout(start, waitMs)
    })
  }
  start()

  return {
    name: program.name,
    tell(message) {
      if (child?.connected) child.send(message)
    },
    async stop() {
      stopping = true
      if (timer) clearTimeout(timer)
      const running = child
      if (!running || running.exitCode !== null || running.signalCode !== null) return
      const ended = new Promise((resolve) => running.once('exit', resolve))
      running.kill('SIGTERM')
      const deadline = setTimeout(() => running.kill('SIGKILL'), program.stopTimeoutMs)
      await ended
      clearTimeout(deadline)
    },
    kill() {
      stopping = true
      if (timer) clearTimeout(timer)
      child?.kill('SIGKILL')
    },
  }
}
