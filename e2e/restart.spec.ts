import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { processBegan } from '#lib/launcher/processes.ts'
import { nodeFlags, root } from '#lib/launcher/root.ts'
import { freePorts, startProgram } from '#lib/testing/program.ts'

/** Kills, and what is there afterwards: an installation of its own. */

interface Child {
  readonly pid: number
  readonly command: string
}

function childrenOf(pid: number): Child[] {
  const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
  return all.split('\n').flatMap((line) => {
    const [, child, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    return Number(parent) === pid ? [{ pid: Number(child), command }] : []
  })
}

const isAlive = ({ pid }: Child) => processBegan(pid) !== null

test('a killed panel comes back; a killed launcher leaves only its database, and the next start goes on from there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'switchback-restart-'))
  const [panelPort, edgePort] = await freePorts(2)
  const launcher = startProgram({
    args: [...nodeFlags, join(root, 'lib/launcher/start.ts')],
    env: {
      SWITCHBACK_PANEL_PORT: String(panelPort),
      SWITCHBACK_EDGE_PORT: String(edgePort),
      SWITCHBACK_DATA_DIR: folder,
      SWITCHBACK_LOG_LEVEL: 'error',
    },
  })
  const greetings = () => launcher.output.split('Ctrl-C stops everything').length - 1
  const health = async () =>
    (await fetch(`http://127.0.0.1:${panelPort}/api/health`).catch(() => null))?.status ?? null
  try {
    await expect.poll(greetings, { timeout: 60_000 }).toBe(1)
    const children = childrenOf(launcher.pid ?? 0)
    const [panel] = children.filter(({ command }) => command.includes('next'))
    expect(panel, children.map(({ command }) => command).join('\n')).toBeDefined()

    if (panel) process.kill(panel.pid, 'SIGKILL')
    await expect.poll(health).toBeNull()
    await expect.poll(health, { timeout: 30_000 }).toBe(200)

    const last = childrenOf(launcher.pid ?? 0)
    await launcher.kill9()
    await expect
      .poll(() => last.filter(isAlive).map(({ command }) => command), { timeout: 15_000 })
      .toEqual([expect.stringContaining('postgres')])

    const began = Date.now()
    launcher.start()
    await expect.poll(greetings, { timeout: 60_000 }).toBe(2)
    expect(await health()).toBe(200)
    expect(Date.now() - began).toBeLessThan(30_000)

    const running = childrenOf(launcher.pid ?? 0)
    await launcher.stop()
    expect(running.filter(isAlive)).toEqual([])
  } finally {
    await launcher.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})
