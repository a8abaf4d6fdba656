import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { memoryMessenger, type MemoryMessenger } from '#lib/drivers/messenger/memory.ts'
import { offMessenger } from '#lib/drivers/messenger/off.ts'
import { slackMessenger } from '#lib/drivers/messenger/slack.ts'
import type { Messenger } from '#lib/ports/messenger.ts'
import { after, anActor } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { anAgentIn, aRolloutIn, openInstallation, valueOf } from '#lib/testing/installation.ts'
import { startSlackServer } from '#lib/testing/slackServer.ts'
import { rollBack } from '../rollout/rollBack.ts'
import { deliver } from './deliver.ts'

/** What is owed arrives once, whatever the messenger does. */

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())

/** A rollback whose first message is owed. */
async function anAlert(agent: string): Promise<string> {
  const { db } = house
  await anAgentIn(db, { agent })
  const rolloutId = await aRolloutIn(db, agent, after(0))
  const { incidentId } = valueOf(await rollBack({ rolloutId }, anActor(), { db, now: after(10) }))
  return (await db.delivery.findFirstOrThrow({ where: { incidentId } })).id
}

const bring = (id: string, messenger: Messenger, second: number, channel: string | null = 'on-call') =>
  deliver(id, messenger, {
    db: house.db,
    publicUrl: 'http://panel.test',
    channel,
    now: () => after(second),
  })
const deliveryOf = (id: string) => house.db.delivery.findUniqueOrThrow({ where: { id } })
const linesAbout = async (agent: string) =>
  (await house.db.auditEntry.findMany({ where: { agent, action: 'alert' } })).map((line) => line.outcome)

describe('a message that is owed', () => {
  test.each([
    ['is told to wait', 'busy', 7_000],
    ['is not reached', 'unreachable', 5_000],
    ['takes it and its answer is lost', 'answer_lost', 5_000],
  ] as const)('is there once when the messenger %s', async (_name, trouble, afterMs) => {
    const agent = `met-${trouble.replace('_', '-')}`
    const id = await anAlert(agent)
    const messenger: MemoryMessenger = memoryMessenger(['on-call'])
    messenger.trouble(trouble)
    expect(await bring(id, messenger, 11)).toEqual({ afterMs })
    expect(await deliveryOf(id)).toMatchObject({
      status: 'queued',
      attempts: 1,
      lastError: expect.any(String),
    })

    expect(await bring(id, messenger, 20)).toBeNull()
    expect(await bring(id, messenger, 21)).toBeNull()
    expect(messenger.messages).toHaveLength(1)
    expect(await deliveryOf(id)).toMatchObject({
      status: 'sent',
      attempts: 2,
      handle: { channel: 'on-call' },
    })
    expect(await linesAbout(agent)).toEqual(['sent'])
  })

  test('waits longer each time that it fails, up to a minute', async () => {
    const id = await anAlert('patient-agent')
    const messenger = memoryMessenger(['on-call'])
    const waits: (number | undefined)[] = []
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      messenger.trouble('unreachable')
      waits.push((await bring(id, messenger, attempt * 60))?.afterMs)
    }
    expect(waits).toEqual([5_000, 5_000, 5_000, 8_000, 16_000, 32_000, 60_000, 60_000])
  })

  test('is sent by one of many who try at once', async () => {
    const id = await anAlert('wanted-agent')
    const messenger = memoryMessenger(['on-call'])
    await Promise.all(Array.from({ length: 8 }, () => bring(id, messenger, 11)))
    expect(messenger.messages).toHaveLength(1)
    expect(await deliveryOf(id)).toMatchObject({ status: 'sent', attempts: 1 })
  })

  test('is left to whoever holds it, and looked up by the next when that one died', async () => {
    const id = await anAlert('orphan-agent')
    const messenger = memoryMessenger(['on-call'])
    const dying: Messenger = {
      ...messenger,
      async send(sending) {
        await messenger.send(sending)
        throw new Error('The process died after the message was taken')
      },
    }
    await expect(bring(id, dying, 11)).rejects.toThrow('died')
    expect(await bring(id, messenger, 12)).toBeNull()
    expect(messenger.messages).toHaveLength(1)
    expect(await deliveryOf(id)).toMatchObject({ status: 'queued' })

    expect(await bring(id, messenger, 40)).toBeNull()
    expect(messenger.messages).toHaveLength(1)
    expect(await deliveryOf(id)).toMatchObject({ status: 'sent' })
  })

  test('is recorded as not sent, with the reason, when no messenger or no channel is set up', async () => {
    const off = await anAlert('off-agent')
    expect(await bring(off, offMessenger(), 11)).toBeNull()
    expect(await deliveryOf(off)).toMatchObject({
      status: 'not_sent',
      lastError: expect.stringContaining('Slack is not set up'),
    })
    const nowhere = await anAlert('nowhere-agent')
    expect(await bring(nowhere, memoryMessenger(['on-call']), 11, null)).toBeNull()
    expect(await deliveryOf(nowhere)).toMatchObject({
      status: 'not_sent',
      lastError: expect.stringContaining('no Slack channel'),
    })
    expect(await linesAbout('off-agent')).toEqual(['not_sent'])
    expect(await linesAbout('nowhere-agent')).toEqual(['not_sent'])
  })

  test('reaches Slack once though its answer is cut off, and reads as it has to', async () => {
    const id = await anAlert('slack-agent')
    const slack = await startSlackServer()
    try {
      const messenger = slackMessenger({ token: slack.token, apiUrl: slack.apiUrl, timeoutMs: 2_000 })
      slack.fault({ kind: 'cut', method: 'chat.postMessage' })
      expect(await bring(id, messenger, 11)).toMatchObject({ afterMs: expect.any(Number) })
      expect(await bring(id, messenger, 40)).toBeNull()
      expect(slack.messages).toHaveLength(1)
      expect(slack.messages[0]?.text).toContain(
        '🛑 Rollback triggered slack-agent@2.4.0 -> 2.3.3, reason=manual, stage=canary.',
      )
    } finally {
      await slack.close()
    }
  })
})
