import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SpanStatusCode, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { nodeFlags, root } from '#lib/launcher/root.ts'
import { createToken } from '#lib/services/token/create.ts'
import { anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { anAgentIn, openInstallation, valueOf } from '#lib/testing/installation.ts'
import { freePorts, type RunningProgram, startProgram } from '#lib/testing/program.ts'
import { createSwitchback } from '#sdk/client.ts'

/** The edge is killed as `kill -9` does it, while telemetry comes in and clients hold its stream. */

let house: TestDatabase
let edge: RunningProgram
let edgeUrl: string
let token: string
let folder: string

beforeAll(async () => {
  house = await openInstallation()
  folder = mkdtempSync(join(tmpdir(), 'switchback-edge-'))
  await anAgentIn(house.db)
  const scopes = ['telemetry', 'evaluate']
  token = valueOf(await createToken({ name: 't', agents: ['*'], scopes }, anActor(), { db: house.db })).token
  const [port = 0] = await freePorts(1)
  edgeUrl = `http://127.0.0.1:${port}`
  edge = startProgram({
    args: [...nodeFlags, join(root, 'lib/edge/main.ts')],
    env: {
      DATABASE_URL: house.url,
      SWITCHBACK_EDGE_PORT: String(port),
      SWITCHBACK_DATA_DIR: folder,
      SWITCHBACK_LOG_LEVEL: 'warn',
    },
  })
  await answers()
})

afterAll(async () => {
  await edge.stop()
  await house.drop()
  rmSync(folder, { recursive: true, force: true })
})

async function answers(): Promise<void> {
  const isUp = async () => (await fetch(`${edgeUrl}/healthz`).catch(() => null))?.ok ?? false
  await vi.waitFor(async () => expect(await isUp(), edge.output).toBe(true), {
    timeout: 50_000,
    interval: 20,
  })
}

test('an edge killed in the middle of telemetry loses no run and counts none twice', async () => {
  const exporter = new OTLPTraceExporter({
    url: `${edgeUrl}/v1/traces`,
    headers: { authorization: `Bearer ${token}` },
    timeoutMillis: 30_000,
  })
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'support-agent' }),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: 20, maxExportBatchSize: 64 })],
  })
  const tracer = provider.getTracer('ai')
  let sent = 0
  const sendRun = () => {
    const failed = sent % 7 === 0
    const span = tracer.startSpan('invoke_agent', {
      attributes: {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': 'support-agent',
        'gen_ai.agent.version': '2.3.3',
      },
    })
    if (failed) span.setStatus({ code: SpanStatusCode.ERROR })
    span.end()
    sent += 1
  }
  const sending = setInterval(sendRun, 5)
  for (const _kill of [1, 2]) {
    const before = sent
    await vi.waitUntil(() => sent > before + 60, { timeout: 50_000 })
    await edge.kill9()
    await vi.waitUntil(() => sent > before + 120, { timeout: 50_000 })
    edge.start()
    await answers()
  }
  clearInterval(sending)
  await provider.forceFlush()
  await provider.shutdown()
  trace.disable()

  await vi.waitFor(async () => expect(await house.db.run.count()).toBe(sent), { timeout: 50_000 })
  const [counted] = await house.db.$queryRaw<{ runs: number; errors: number }[]>`
    SELECT sum((tally->>'runs')::int)::int AS runs, sum((tally->>'errors')::int)::int AS errors FROM bucket`
  expect(counted).toEqual({ runs: sent, errors: Math.ceil(sent / 7) })
}, 180_000)

test('clients go on deciding while the edge is dead, and follow it when it is back', async () => {
  const client = createSwitchback({ url: edgeUrl, token, agents: { 'support-agent': { stable: '2.3.3' } } })
  try {
    expect(await client.ready(10_000)).toBe(true)
    await edge.kill9()
    expect(client.decide('support-agent', { conversationId: 'c' }).version).toBe('2.3.3')
    const connected = new Promise<void>((resolve) => {
      client.on((event) => event.type === 'connected' && resolve())
    })
    edge.start()
    await connected
    expect(client.isFresh()).toBe(true)
  } finally {
    await client.close()
  }
}, 90_000)
