import type { Logger } from 'pino'
import { offMessenger } from '#lib/drivers/messenger/off.ts'
import { tableSwitch } from '#lib/drivers/switch/table.ts'
import { systemActor } from '#lib/domain/actor.ts'
import { type Guard, startGuard } from '#lib/guard/start.ts'
import { adoptStable } from '#lib/services/agent/adoptStable.ts'
import { putAgent } from '#lib/services/agent/put.ts'
import type { Outcome } from '#lib/services/outcome.ts'
import { startRollout } from '#lib/services/rollout/start.ts'
import { registerVersion } from '#lib/services/version/register.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { aliveBeats } from '#lib/store/heartbeats.ts'
import { announceRouting } from '#lib/store/notices.ts'

/** A guard in this process, with the routing table as its switch. */
export async function startBenchGuard(
  db: PrismaClient,
  connectionString: string,
  log: Logger,
): Promise<Guard> {
  return await startGuard({
    db,
    connectionString,
    trafficSwitch: tableSwitch({
      announce: (order) => announceRouting(db, order),
      async edges() {
        const beats = await aliveBeats(db, 'edge', new Date())
        return beats.map(({ instance, facts }) => ({
          instance,
          epoch: BigInt(facts['epoch'] ?? 0),
          rev: BigInt(facts['rev'] ?? 0),
        }))
      },
    }),
    messenger: offMessenger(),
    publicUrl: 'http://localhost:3000',
    channel: null,
    instance: 'guard-1',
    log,
    onStep: () => undefined,
  })
}

/** A new agent with 1.0.0 as its stable version and a rollout of 1.1.0. Answers the rollout's id. */
export async function prepareRollout(db: PrismaClient, agent: string): Promise<string> {
  valueOf(await putAgent({ agent }, systemActor, { db }))
  for (const version of ['1.0.0', '1.1.0']) {
    valueOf(await registerVersion({ agent, version, manifest: { prompt: version } }, systemActor, { db }))
  }
  valueOf(await adoptStable({ agent, version: '1.0.0', reason: 'bench' }, systemActor, { db }))
  const document = {
    rollback: {
      stable_version: `${agent}@1.0.0`,
      candidate_version: `${agent}@1.1.0`,
      triggers: { error_rate: 0.05, latency_p95_ms: 1800, tool_failure_rate: 0.03 },
    },
  }
  const started = await startRollout({ agent, document: { json: document } }, systemActor, { db })
  return valueOf(started).rolloutId
}

/** What a command that must work answers. */
export function valueOf<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.refusal.because)
  return outcome.value
}
