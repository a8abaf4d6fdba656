import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { systemActor } from '#lib/domain/actor.ts'
import { demoAgent, demoLastsMs, type FromDemo, subAgentOf, type ToDemo } from '#lib/domain/demo.ts'
import type { Settings } from '#lib/env.ts'
import { setDemoFault } from '#lib/services/demo/setFault.ts'
import { stopDemo } from '#lib/services/demo/stop.ts'
import type { Outcome } from '#lib/services/outcome.ts'
import { createToken } from '#lib/services/token/create.ts'
import { revokeToken } from '#lib/services/token/revoke.ts'
import { openDatabase } from '#lib/store/database.ts'
import { type DemoFacts, type DemoWanted, readDemoWanted } from '#lib/store/demo.ts'
import { beat, sayGoodbye } from '#lib/store/heartbeats.ts'
import { listen } from '#lib/store/listen.ts'
import { announceChange, channels } from '#lib/store/notices.ts'
import { addresses } from './programs.ts'
import { nodeFlags, root } from './root.ts'
import type { Started } from './started.ts'
import { supervise, type Supervised } from './supervise.ts'

const beatEveryMs = 2_000
const rate = 10
const off: DemoFacts = { status: 'off', because: null, rolloutId: null }

interface Parts {
  readonly settings: Settings
  readonly databaseUrl: string
  readonly say: (line: string) => void
}

/** A fleet that runs. */
interface Running {
  readonly number: number
  readonly tokenId: string
  readonly program: Supervised
}

/**
 * Runs the demo that is asked for in the panel: looks what is wanted whenever that changes, brings it about, and says
 * how it is. The fleet has a token for its own two agents alone, which ends with it.
 */
export function keepDemo({ settings, databaseUrl, say }: Parts): Started {
  const db = openDatabase(databaseUrl, 1)
  const instance = `launcher-${randomUUID().slice(0, 8)}`
  const startedAt = new Date()
  let running: Running | null = null
  let facts = off

  const sayAlive = () =>
    beat(db, { kind: 'launcher', instance, startedAt, at: new Date(), facts: { ...facts } })
  const now = async (next: DemoFacts) => {
    facts = next
    await sayAlive()
    await announceChange(db, {})
  }

  async function bringAbout(): Promise<void> {
    const wanted = await readDemoWanted(db)
    if (running && running.number !== wanted.number) await end()
    if (!wanted.wanted) return await end()
    if (wanted.changedAt.getTime() + demoLastsMs < Date.now()) {
      say('The demo is over: nobody has touched it for an hour')
      expectDone(await stopDemo({}, systemActor, { db }))
      return await end()
    }
    running ??= await begin(wanted)
    running.program.tell({ faults: wanted.faults } satisfies ToDemo)
  }

  async function begin({ number }: DemoWanted): Promise<Running> {
    await now({ ...off, status: 'starting' })
    const made = expectDone(
      await createToken(
        {
          name: `demo ${number}`,
          agents: [demoAgent, subAgentOf(demoAgent)],
          scopes: ['deploy', 'operate', 'read', 'telemetry', 'evaluate'],
          expiresAt: new Date(Date.now() + 24 * demoLastsMs),
        },
        systemActor,
        { db },
      ),
    )
    const { panel, edge } = addresses(settings)
    const program = {
      name: 'The demo',
      args: [
        ...nodeFlags,
        join(root, 'lib/demo/main.ts'),
        '--launched',
        '--quick',
        `--agent=${demoAgent}`,
        `--rate=${rate}`,
        `--panel=${panel}`,
        `--edge=${edge}`,
      ],
      env: { SWITCHBACK_TOKEN: made.token, DATABASE_URL: undefined },
      stopTimeoutMs: 8_000,
    }
    return {
      number,
      tokenId: made.id,
      program: supervise(program, say, (said) => turn(hear(said as FromDemo))),
    }
  }

  const hear = (said: FromDemo) => async () => {
    switch (said.demo) {
      case 'running':
        await now({ status: 'running', because: null, rolloutId: said.rolloutId })
        // A fleet that just began knows of no fault yet.
        return await bringAbout()
      case 'failed':
        return await now({ ...facts, status: 'failed', because: said.because })
      case 'over':
        expectDone(await setDemoFault({ fault: said.fault, on: false }, systemActor, { db }))
    }
  }

  async function end(): Promise<void> {
    const ended = running
    running = null
    if (!ended) return
    await ended.program.stop()
    await now(off)
    expectDone(await revokeToken({ tokenId: ended.tokenId }, systemActor, { db }))
  }

  // One thing after the other: a fleet that is ending is not begun again meanwhile.
  let last: Promise<void> = Promise.resolve()
  function turn(work: () => Promise<void>): void {
    last = last
      .then(work)
      .catch((error: unknown) => say(`The demo: ${error instanceof Error ? error.message : String(error)}`))
  }
  const look = () => turn(bringAbout)
  const listener = listen(databaseUrl, channels.demo, { notice: look, connect: look, lost: () => undefined })
  const beating = setInterval(() => void sayAlive().catch(() => undefined), beatEveryMs)
  // What was said while nobody heard, and a demo that was forgotten.
  const looking = setInterval(look, 30 * beatEveryMs)

  return {
    name: 'The demo',
    async stop() {
      clearInterval(beating)
      clearInterval(looking)
      await listener.close()
      turn(end)
      await last
      await sayGoodbye(db, 'launcher', instance).catch(() => undefined)
      await db.$disconnect()
    },
    kill: () => running?.program.kill(),
  }
}

/** What a command made; its refusal is a mistake of ours, for the terminal. */
function expectDone<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(outcome.refusal.because)
  return outcome.value
}
