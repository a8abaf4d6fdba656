import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { freePorts } from '#lib/testing/program.ts'
import { takeDataFolder } from './dataFolder.ts'
import { nodeFlags, root } from './root.ts'

/** What `npm start` refuses, and that it does so before anything runs. */

async function start(env: Record<string, string>): Promise<{ code: number; said: string }> {
  const bare = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(SWITCHBACK_|DATABASE_URL$)/.test(name)),
  )
  const child = spawn(process.execPath, [...nodeFlags, join(root, 'lib/launcher/start.ts')], {
    env: { ...bare, ...env } as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit')
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = (await ended) as [number]
  return { code, said: `${out}${err}`.trim() }
}

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'switchback-start-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function aTakenPort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

async function panelAndEdge(): Promise<{ SWITCHBACK_PANEL_PORT: string; SWITCHBACK_EDGE_PORT: string }> {
  const [panel, edge] = await freePorts(2)
  return { SWITCHBACK_PANEL_PORT: String(panel), SWITCHBACK_EDGE_PORT: String(edge) }
}

test('a wrong setting is refused in one line that names it', async () => {
  const { code, said } = await start({ SWITCHBACK_PANEL_PORT: 'eighty' })
  expect(code).toBe(1)
  expect(said).toBe('SWITCHBACK_PANEL_PORT: "eighty" was given; expected a port, 1 to 65535')
})

test.each(['SWITCHBACK_PANEL_PORT', 'SWITCHBACK_EDGE_PORT'])(
  'a taken port is refused in one line that names %s, and nothing is left behind',
  async (name) => {
    const folder = aFolder()
    const port = String(await aTakenPort())
    const { code, said } = await start({
      ...(await panelAndEdge()),
      [name]: port,
      SWITCHBACK_DATA_DIR: folder,
    })
    expect(code).toBe(1)
    expect(said).toBe(`${name}: something listens on 127.0.0.1:${port} already; stop it, or set another port`)
    expect(readdirSync(folder)).toEqual([])
  },
)

test('a port of gRPC that is the panel’s is refused in one line', async () => {
  const ports = await panelAndEdge()
  const taken = ports.SWITCHBACK_PANEL_PORT
  const { code, said } = await start({
    ...ports,
    SWITCHBACK_EDGE_GRPC_PORT: taken,
    SWITCHBACK_DATA_DIR: aFolder(),
  })
  expect(code).toBe(1)
  expect(said).toBe(
    `SWITCHBACK_PANEL_PORT and SWITCHBACK_EDGE_GRPC_PORT are both ${taken}; they have to differ`,
  )
})

test('a data folder from a newer version is refused, untouched', async () => {
  const folder = aFolder()
  writeFileSync(join(folder, 'format'), '99\n')
  const { code, said } = await start({ ...(await panelAndEdge()), SWITCHBACK_DATA_DIR: folder })
  expect(code).toBe(1)
  expect(said).toBe(
    `The data folder ${folder} is from a newer version of Switchback (format 99; this one knows 1)`,
  )
  expect(readdirSync(folder)).toEqual(['format'])
})

test('a data folder in use is refused, and stays its user’s', async () => {
  const path = aFolder()
  const folder = takeDataFolder(path)
  const { code, said } = await start({ ...(await panelAndEdge()), SWITCHBACK_DATA_DIR: path })
  expect(code).toBe(1)
  expect(said).toBe(`Switchback runs on ${path} already (process ${process.pid})`)
  folder.release()
})

test('a data folder that is a file is refused in one line', async () => {
  const path = join(aFolder(), 'file')
  writeFileSync(path, '')
  const { code, said } = await start({ ...(await panelAndEdge()), SWITCHBACK_DATA_DIR: path })
  expect(code).toBe(1)
  expect(said).toMatch(/^SWITCHBACK_DATA_DIR: .* cannot be used: .*$/)
})

test('a database that does not answer is refused in one line without its password', async () => {
  const { SWITCHBACK_PANEL_PORT: nobody, ...ports } = await panelAndEdge()
  const { code, said } = await start({
    ...ports,
    SWITCHBACK_PANEL_PORT: String((await panelAndEdge()).SWITCHBACK_PANEL_PORT),
    SWITCHBACK_DATA_DIR: aFolder(),
    DATABASE_URL: `postgres://owner:hunter2@127.0.0.1:${nobody}/switchback`,
  })
  expect(code).toBe(1)
  expect(said).toBe(
    `DATABASE_URL: 127.0.0.1:${nobody} cannot be used: connect ECONNREFUSED 127.0.0.1:${nobody}`,
  )
})

test('the lock of a dead process is taken over, also when its number has a new owner', () => {
  const path = aFolder()
  const dead = { pid: process.ppid, began: 'before this machine', databaseUrl: null }
  writeFileSync(join(path, 'running.json'), JSON.stringify(dead))
  const folder = takeDataFolder(path)
  expect(() => takeDataFolder(path)).toThrow(`Switchback runs on ${path} already`)
  folder.release()
  expect(readdirSync(path)).toEqual(['format'])
})
