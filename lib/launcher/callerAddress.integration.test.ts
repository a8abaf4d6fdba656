import { once } from 'node:events'
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { root } from './root.ts'

/** Where a request comes from is what the socket says: a sign-in cannot get new tries by writing another address. */

const echo = `
  const { createServer } = await import('node:http')
  createServer((request, response) => response.end(request.headers['x-forwarded-for']))
    .listen(0, '127.0.0.1', function () { console.log(this.address().port) })`

const running: ChildProcess[] = []
afterEach(() => {
  for (const child of running.splice(0)) child.kill()
})

async function echoing(proxies?: string): Promise<(forwarded?: string) => Promise<string>> {
  const preload = join(root, 'lib/launcher/callerAddress.mjs')
  const child = spawn(process.execPath, ['--import', preload, '--input-type=module', '-e', echo], {
    env: { ...process.env, ...(proxies ? { SWITCHBACK_TRUSTED_PROXIES: proxies } : {}) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.push(child)
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return async (forwarded) => {
    const headers: Record<string, string> = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
    return await (await fetch(`http://127.0.0.1:${line.toString().trim()}`, { headers })).text()
  }
}

test('what the caller writes is not believed', async () => {
  const ask = await echoing()
  expect(await ask()).toBe('127.0.0.1')
  expect(await ask('203.0.113.9')).toBe('127.0.0.1')
  expect(await ask('203.0.113.9, 198.51.100.4')).toBe('127.0.0.1')
})

test('behind proxies of ours it is what the outermost of them saw, whatever stands before that', async () => {
  const one = await echoing('1')
  expect(await one('203.0.113.9')).toBe('203.0.113.9')
  expect(await one('6.6.6.6, 203.0.113.9')).toBe('203.0.113.9')
  const two = await echoing('2')
  expect(await two('6.6.6.6, 203.0.113.9, 10.0.0.1')).toBe('203.0.113.9')
  expect(await two()).toBe('127.0.0.1')
})
