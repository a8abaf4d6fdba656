import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished, expect, test, vi } from 'vitest'
import { readScoreRequest } from '#lib/telemetry/scoreRequest.ts'
import { startJudge } from './judge.ts'

const run = { agent: 'support-agent', traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }

/** An edge that answers so, the last of them for good, and keeps what it was sent. */
async function anEdge(...statuses: readonly number[]) {
  const bodies: unknown[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      response.writeHead(statuses[Math.min(bodies.length, statuses.length - 1)] ?? 200).end('{}')
      bodies.push(JSON.parse(body))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const judge = startJudge({
    edgeUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: 'token',
  })
  onTestFinished(async () => {
    await judge.stop()
    server.closeAllConnections()
    server.close()
  })
  return { judge, bodies }
}

test('what a judge says is sent as scores that the receiver takes, and nothing when it said nothing', async () => {
  const { judge, bodies } = await anEdge(200)
  await judge.stop()
  expect(bodies).toEqual([])
  judge.score(run, 0.8)
  judge.score({ ...run, spanId: 'c'.repeat(16) }, 1)
  await judge.stop()
  expect(bodies).toHaveLength(1)
  const read = readScoreRequest(bodies[0], new Date())
  expect(read.ok && read.scores).toMatchObject([
    { agent: 'support-agent', traceId: run.traceId, spanId: run.spanId, name: 'helpful', value: 0.8 },
    { spanId: 'c'.repeat(16), value: 1 },
  ])
})

test.each([429, 503])('what was answered %i is sent again, the same', async (status) => {
  const { judge, bodies } = await anEdge(status, 200)
  judge.score(run, 0.8)
  await vi.waitFor(() => expect(bodies).toHaveLength(2), { timeout: 10_000 })
  expect(bodies[1]).toEqual(bodies[0])
})

test('what was refused is not', async () => {
  const { judge, bodies } = await anEdge(400, 200)
  judge.score(run, 0.8)
  await vi.waitFor(() => expect(bodies).toHaveLength(1), { timeout: 10_000 })
  await judge.stop()
  expect(bodies).toHaveLength(1)
})

test('a request carries as many as the receiver takes', async () => {
  const { judge, bodies } = await anEdge(200)
  for (let index = 0; index < 1_500; index += 1) judge.score(run, 0.8)
  await vi.waitFor(() => expect(bodies).toHaveLength(2), { timeout: 10_000 })
  expect(bodies.map((body) => (body as unknown[]).length)).toEqual([1_000, 500])
})
