import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { memoryMessenger } from '#lib/drivers/messenger/memory.ts'
import { nodeFlags, root } from '#lib/launcher/root.ts'
import { promoteRollout } from '#lib/services/rollout/promote.ts'
import { anActor } from '#lib/testing/builders.ts'
import { startTestEdge } from '#lib/testing/edge.ts'
import { startTestGuard } from '#lib/testing/guard.ts'
import {
  anAgentIn,
  aRolloutIn,
  giveObservations,
  openInstallation,
  valueOf,
} from '#lib/testing/installation.ts'
import { recordFaults } from '#lib/testing/record.ts'
import { bareEnvironment } from '#lib/testing/program.ts'
import { readShell } from '#lib/views/shell.ts'

/** The guard is guarded: by the edges, which are other processes. */

const soon = { timeout: 60_000, interval: 100 }

/** A guard in a process of its own, which nothing starts again. */
function spawnGuard(databaseUrl: string): ChildProcess {
  const words = [
    ...nodeFlags,
    join(root, 'lib/testing/guardThatDies.ts'),
    databaseUrl,
    'http://127.0.0.1:9/',
    'x',
  ]
  return spawn(process.execPath, words, { env: bareEnvironment(), stdio: 'ignore' })
}

test(
  'a guard that is killed: promotion freezes, every page says so, one message; and all is lifted when one is back',
  { timeout: 150_000 },
  async () => {
    const house = await openInstallation()
    onTestFinished(() => house.drop())
    const { db, url } = house
    const agent = await anAgentIn(db)
    const extra = `stages:
  - { name: canary, weight_percent: 5, hold: 10m }
  - { name: half, weight_percent: 50, hold: 10m }
  - { name: full, weight_percent: 100 }
`
    const rolloutId = await aRolloutIn(db, agent, new Date(), extra)
    const messenger = memoryMessenger(['on-call'])
    const messaging = { messenger, publicUrl: 'http://panel.test', channel: 'on-call' }
    for (const name of ['edge-1', 'edge-2', 'edge-3']) {
      const edge = await startTestEdge(url, name, messaging)
      onTestFinished(() => edge.stop())
    }
    const guard = spawnGuard(url)
    onTestFinished(() => void guard.kill('SIGKILL'))
    const row = () => db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })
    const shell = async () => (await readShell(anActor(), new Date(), db)).guard
    const promote = async () => await promoteRollout({ rolloutId, reason: 'it is fine' }, anActor(), { db })
    await vi.waitFor(async () => expect((await row()).checkCount).toBeGreaterThan(1), soon)
    expect(await shell()).toEqual({ state: 'well' })

    const over = once(guard, 'exit')
    guard.kill('SIGKILL')
    await over
    await vi.waitFor(() => expect(messenger.messages).toHaveLength(1), soon)
    expect(messenger.messages[0]?.message.text).toMatch(/No guard is judging: nothing was judged since 20/)
    expect(await shell()).toMatchObject({ state: 'silent' })
    expect(await promote()).toMatchObject({
      ok: false,
      refusal: { code: 'not_now', because: expect.stringContaining('promotion is frozen') },
    })
    expect(await row()).toMatchObject({ stageIndex: 0, phase: 'progressing' })

    const back = await startTestGuard(url, { messenger })
    onTestFinished(() => back.stop())
    await vi.waitFor(() => expect(messenger.messages).toHaveLength(2), soon)
    expect(messenger.messages[1]?.message.text).toContain('A guard is judging again')
    expect(messenger.messages[1]?.threadOf).toEqual(messenger.messages[0]?.handle)
    expect(await shell()).toEqual({ state: 'well' })
    await giveObservations(db, agent, new Date(), { '2.4.0': { runs: 10 }, '2.3.3': { runs: 200 } })
    valueOf(await promote())
    expect(await row()).toMatchObject({ stageIndex: 1 })

    const lines = await db.auditEntry.findMany({ where: { action: { in: ['guard.silent', 'guard.back'] } } })
    expect(lines.map((line) => [line.action, line.outcome])).toEqual([
      ['guard.silent', 'silent'],
      ['guard.back', 'back'],
    ])
    expect(await recordFaults(db)).toEqual([])
  },
)
