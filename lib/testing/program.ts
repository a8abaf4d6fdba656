import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { root } from '#lib/launcher/root.ts'

/** A program of ours as a process of its own, for tests that kill it. It ends with the test that started it. */
export interface RunningProgram {
  /** Null while it does not run. */
  readonly pid: number | null
  /** What it wrote, from its first start on. */
  readonly output: string
  /** Starts it again. */
  start(): void
  /** Resolves with the signal or code that it ended with; at once when it does not run. */
  ended(): Promise<string | number | null>
  kill9(): Promise<void>
  /** Ends it as an operator would. */
  stop(): Promise<void>
}

export interface ProgramOptions {
  /** Arguments of Node: flags, the file, and its own. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
}

const endWithLauncher = join(root, 'lib/launcher/endWithLauncher.mjs')
const stopTimeoutMs = 10_000

/** Starts a program. Settings of whoever runs the tests do not reach it; only `env` does. */
export function startProgram({ args, env }: ProgramOptions): RunningProgram {
  let child: ChildProcess | null = null
  let output = ''

  function start(): void {
    const started = spawn(process.execPath, ['--import', endWithLauncher, ...args], {
      cwd: root,
      env: { ...bareEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    for (const stream of [started.stdout, started.stderr])
      stream?.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child = started
  }

  const isOver = () => child === null || child.exitCode !== null || child.signalCode !== null
  async function ended(): Promise<string | number | null> {
    const running = child
    if (running === null) return null
    if (!isOver()) await new Promise((resolve) => running.once('exit', resolve))
    return running.signalCode ?? running.exitCode
  }

  start()
  return {
    get pid() {
      return isOver() ? null : (child?.pid ?? null)
    },
    get output() {
      return output
    },
    start,
    ended,
    async kill9() {
      child?.kill('SIGKILL')
      await ended()
    },
    async stop() {
      child?.kill('SIGTERM')
      const timer = setTimeout(() => child?.kill('SIGKILL'), stopTimeoutMs)
      await ended()
      clearTimeout(timer)
    },
  }
}

/** The environment without the settings of an installation, and without what a test runner puts in for itself. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const isOurs = ([name]: [string, unknown]) =>
    /^(SWITCHBACK_|DATABASE_URL$|NODE_OPTIONS$|NODE_ENV$|FORCE_COLOR$)/.test(name)
  return Object.fromEntries(Object.entries(process.env).filter((each) => !isOurs(each))) as NodeJS.ProcessEnv
}

/** Below what systems give to outgoing connections, which would take such a port before its server is there. */
const lowestPort = 15_000
const highestPort = 32_000

/** So many different loopback ports that nobody listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  while (ports.size < count) {
    const port = randomInt(lowestPort, highestPort)
    if (await isFree(port)) ports.add(port)
  }
  return [...ports]
}

async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
