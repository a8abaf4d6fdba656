import { randomBytes } from 'node:crypto'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { insertRuns, type NewRun } from '#lib/store/newRuns.ts'

/** Writes runs of one version down as the edge does, all of them received at this moment. */
export async function giveRuns(
  db: PrismaClient,
  agent: string,
  version: string,
  at: Date,
  count = 1,
  changes: Partial<NewRun> = {},
): Promise<void> {
  const runs = Array.from({ length: count }, () => ({
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    agent,
    version,
    rung: 'span',
    startedAt: at,
    endedAt: at,
    receivedAt: at,
    latencyMs: 300,
    failed: false,
    toolCalls: 1,
    toolFailures: 0,
    tools: [],
    inputTokens: 0,
    outputTokens: 0,
    ...changes,
  }))
  await db.$transaction((tx) => insertRuns(tx, runs))
}
