import { readdirSync, readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { spansPerBody } from './evidenceBodies.ts'
import type { ServerProcess } from './evidenceProcess.ts'

/** What is sent to a server for `bench:evidence`, and what that costs. */

export interface Sending {
  readonly senders: number
  /** Spans a second; 0 is as many as are taken. */
  readonly rate: number
  readonly server: ServerProcess
  readonly token: string
  readonly gzip: boolean
}

/** Sends each body once. Answers how often the server asked to come again. */
export async function sendAll(bodies: readonly Buffer[], sending: Sending): Promise<number> {
  const { senders, rate } = sending
  const agent = new Agent({ keepAlive: true, maxSockets: senders })
  const began = performance.now()
  let next = 0
  let again = 0
  const sender = async () => {
    for (let index = next++; index < bodies.length; index = next++) {
      if (rate > 0) await pause(Math.max(0, began + (index * spansPerBody * 1000) / rate - performance.now()))
      const body = bodies[index] ?? Buffer.alloc(0)
      while ((await sendOne(agent, body, sending)) !== 200) {
        again += 1
        await pause(100)
      }
    }
  }
  await Promise.all(Array.from({ length: senders }, sender))
  agent.destroy()
  return again
}

async function sendOne(agent: Agent, body: Buffer, { server, token, gzip }: Sending): Promise<number> {
  return await new Promise((resolve, reject) => {
    const call = request(
      {
        agent,
        host: '127.0.0.1',
        port: server.port,
        method: 'POST',
        path: '/v1/traces',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/x-protobuf',
          'content-length': body.length,
          ...(gzip ? { 'content-encoding': 'gzip' } : {}),
        },
      },
      (response) => response.resume().on('end', () => resolve(response.statusCode ?? 0)),
    )
    call.on('error', reject)
    call.end(body)
  })
}

/** Milliseconds of CPU of PostgreSQL and its connections; NaN where there is no /proc. */
export function postgresCpuMs(pid: number | undefined): number {
  try {
    const ticks = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => statOf(name))
      .filter(({ self, parent }) => self === pid || parent === pid)
    return ticks.reduce((sum, { used }) => sum + used * 10, 0)
  } catch {
    return Number.NaN
  }
}

function statOf(name: string): { self: number; parent: number; used: number } {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { self: Number(name), parent: Number(fields[1]), used: Number(fields[11]) + Number(fields[12]) }
  } catch {
    return { self: 0, parent: 0, used: 0 }
  }
}

export interface Cost {
  readonly wallMs: number
  readonly cpuMs: number
}

export async function measured(server: ServerProcess, work: () => Promise<void>): Promise<Cost> {
  const { cpuMs } = await server.usage()
  const began = performance.now()
  await work()
  return { wallMs: performance.now() - began, cpuMs: (await server.usage()).cpuMs - cpuMs }
}
