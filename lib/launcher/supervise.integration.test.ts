import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { processBegan } from './processes.ts'
import { nodeFlags, root } from './root.ts'
import { type Program, supervise } from './supervise.ts'

/** A program that says its number in a file, and lives until it is ended. */
function aProgram(more = ''): { program: Program; pid(): number | null } {
  const folder = mkdtempSync(join(tmpdir(), 'switchback-supervise-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const said = join(folder, 'pid')
  const script = join(folder, 'program.mjs')
  writeFileSync(
    script,
    `import { renameSync, writeFileSync } from 'node:fs'
     ${more}
     writeFileSync('${said}.new', String(process.pid))
     renameSync('${said}.new', '${said}')
     setInterval(() => {}, 1000)`,
  )
  return {
    program: { name: 'The program', args: [script], env: {}, stopTimeoutMs: 300 },
    pid: () => (existsSync(said) ? Number(readFileSync(said, 'utf8')) : null),
  }
}

async function eventually<T>(look: () => T | null): Promise<T> {
  return await vi.waitUntil(() => look(), { timeout: 60_000, interval: 20 })
}

const isGone = (pid: number) => processBegan(pid) === null

test('a program that dies is started again', async () => {
  const { program, pid } = aProgram()
  const running = supervise(program, () => undefined)
  onTestFinished(() => running.stop())
  const first = await eventually(pid)
  process.kill(first, 'SIGKILL')
  const second = await eventually(() => (pid() === first ? null : pid()))
  expect(isGone(second)).toBe(false)
})

test('a program that is stopped stays stopped, even one that will not listen', async () => {
  const { program, pid } = aProgram(`process.on('SIGTERM', () => {})`)
  const running = supervise(program, () => undefined)
  const there = await eventually(pid)
  await running.stop()
  expect(isGone(there)).toBe(true)
})

test('no program outlives a launcher that was killed', async () => {
  const { program, pid } = aProgram()
  const launcher = `
    import { supervise } from '#lib/launcher/supervise.ts'
    supervise(${JSON.stringify(program)}, () => {})`
  const child = spawn(process.execPath, [...nodeFlags, '--input-type=module', '-e', launcher], {
    cwd: root,
    stdio: 'ignore',
  })
  const there = await eventually(pid)
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
  await eventually(() => isGone(there) || null)
})
