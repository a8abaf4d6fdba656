import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import { tableSwitch } from '#lib/drivers/switch/table.ts'
import { type Guard, startGuard } from '#lib/guard/start.ts'
import type { StepObserver } from '#lib/guard/steps.ts'
import type { Messenger } from '#lib/ports/messenger.ts'
import type { TrafficSwitch } from '#lib/ports/trafficSwitch.ts'
import { openDatabase } from '#lib/store/database.ts'
import type { PrismaClient } from '#lib/store/generated/client.ts'
import { aliveBeats, beat } from '#lib/store/heartbeats.ts'
import { announceRouting } from '#lib/store/notices.ts'

/** A real guard in this process. */
export async function startTestGuard(
  databaseUrl: string,
  parts: { messenger: Messenger; trafficSwitch?: TrafficSwitch; onStep?: StepObserver },
): Promise<Guard> {
  const db = openDatabase(databaseUrl, 6)
  const guard = await startGuard({
    db,
    connectionString: databaseUrl,
    trafficSwitch: parts.trafficSwitch ?? tableSwitchOf(db),
    messenger: parts.messenger,
    publicUrl: 'http://panel.test',
    channel: 'on-call',
    instance: `guard-${randomBytes(4).toString('hex')}`,
    log: pino({ level: process.env['TEST_LOG'] ?? 'silent' }),
    onStep: parts.onStep ?? (() => {}),
  })
  return {
    async stop() {
      await guard.stop()
      await db.$disconnect()
    },
  }
}

/** The switch of our own data plane, as the wiring makes it. */
export function tableSwitchOf(db: PrismaClient, now: () => Date = () => new Date()): TrafficSwitch {
  return tableSwitch({
    announce: (order) => announceRouting(db, order),
    async edges() {
      const beats = await aliveBeats(db, 'edge', now())
      return beats.map(({ instance, facts }) => ({
        instance,
        epoch: BigInt(facts['epoch'] ?? 0),
        rev: BigInt(facts['rev'] ?? 0),
      }))
    },
  })
}

/** Says that an edge is alive and serves this revision. */
export async function edgeServes(
  db: PrismaClient,
  instance: string,
  rev: bigint | number,
  at: Date,
): Promise<void> {
  const head = await db.routingHead.findUniqueOrThrow({ where: { id: 1 } })
  const facts = { epoch: Number(head.epoch), rev: Number(rev), streams: 0 }
  await beat(db, { kind: 'edge', instance, startedAt: at, at, facts })
}
