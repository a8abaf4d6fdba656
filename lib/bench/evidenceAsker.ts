import { Agent, request } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'

/** A thread of its own for `bench:evidence`: asks an edge which version to use, steadily, and tells how long each answer took. */

export interface Asking {
  readonly port: number
  readonly token: string
  readonly agent: string
  readonly perSecond: number
}

const { port, token, agent, perSecond } = workerData as Asking
const keptOpen = new Agent({ keepAlive: true })
let took: number[] = []
let asked = 0
const begun = performance.now()

function ask(): void {
  const began = performance.now()
  const call = request(
    {
      agent: keptOpen,
      host: '127.0.0.1',
      port,
      method: 'POST',
      path: `/ofrep/v1/evaluate/flags/agent.${agent}.version`,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    },
    (response) => response.resume().on('end', () => took.push(performance.now() - began)),
  )
  call.on('error', () => took.push(Number.POSITIVE_INFINITY))
  call.end(JSON.stringify({ context: { targetingKey: `conversation-${asked}` } }))
}

setInterval(() => {
  const due = ((performance.now() - begun) / 1000) * perSecond
  for (; asked < due; asked += 1) ask()
}, 1000 / perSecond)

parentPort?.on('message', () => {
  parentPort?.postMessage(took)
  took = []
})
