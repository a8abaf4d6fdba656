import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, vi } from 'vitest'
import type { Messaging } from '#lib/edge/guardWatch.ts'
import { type EdgeSettings, openEdgeDatabase, startEdge } from '#lib/edge/start.ts'

/** A real edge in this process, with a folder of its own that outlives its restarts. */
export interface TestEdge {
  readonly url: string
  /** Where OTLP over gRPC is looked for. */
  readonly grpcPort: number
  readonly folder: string
  /** Stops it and starts it again from its folder, on another port; on another database when one is named. */
  restart(databaseUrl?: string): Promise<void>
  /** Resolves once it has a table, whatever one. */
  hasTable(): Promise<void>
  stop(): Promise<void>
}

export async function startTestEdge(
  databaseUrl: string,
  instance = 'edge-1',
  messaging?: Messaging,
  more: Pick<EdgeSettings, 'inFlightBytesMax'> = {},
): Promise<TestEdge> {
  const folder = mkdtempSync(join(tmpdir(), 'switchback-edge-'))
  const start = (url: string) =>
    startEdge({
      db: openEdgeDatabase(url),
      connectionString: url,
      folder,
      host: '127.0.0.1',
      port: 0,
      grpcPort: 0,
      ...more,
      env: 'test',
      instance,
      ...(messaging ? { messaging } : {}),
      log: pino({ level: process.env['TEST_LOG'] ?? 'silent' }),
    })
  let at = databaseUrl
  let edge = await start(at)
  const urlOf = () => `http://127.0.0.1:${edge.port}`
  return {
    get url() {
      return urlOf()
    },
    get grpcPort() {
      return edge.grpcPort ?? 0
    },
    folder,
    async restart(databaseUrl = at) {
      await edge.stop()
      at = databaseUrl
      edge = await start(at)
    },
    async hasTable() {
      await vi.waitFor(
        async () => {
          const health = (await (await fetch(`${urlOf()}/healthz`)).json()) as { table: string | null }
          expect(health.table).not.toBeNull()
        },
        { timeout: 60_000, interval: 20 },
      )
    },
    async stop() {
      await edge.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
