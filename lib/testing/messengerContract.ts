import { describe, expect, onTestFinished, test } from 'vitest'
import type { AlertMessage } from '#lib/domain/alert.ts'
import type { MessageHandle, Messenger, Sending } from '#lib/ports/messenger.ts'

/** A messenger under test, and the eyes and hands of the world around it. */
export interface MessengerRig {
  readonly messenger: Messenger
  readonly channel: string
  /** The texts that a reader sees now, oldest first; a reply names its parent. */
  read(): { readonly text: string; readonly ts: string; readonly parentTs: string | null }[]
  /** The next call finds no way there; gets there and the answer is lost; is told to wait. */
  trouble(kind: 'unreachable' | 'answer_lost' | 'busy'): void
  close(): Promise<void>
}

const began = new Date()

const say = (text: string): AlertMessage => ({
  text,
  blocks: [{ type: 'section', text: { type: 'plain_text', text, emoji: false } }],
})

/** What every messenger promises. */
export function messengerContract(name: string, build: () => Promise<MessengerRig>): void {
  async function start() {
    const rig = await build()
    onTestFinished(() => rig.close())
    const sending = (over: Partial<Sending> = {}): Sending => ({
      deliveryId: 'dl_1',
      channel: rig.channel,
      message: say('It is rolled back'),
      threadOf: null,
      inDoubtSince: null,
      ...over,
    })
    return { ...rig, sending, texts: () => rig.read().map(({ text }) => text) }
  }

  async function sent(messenger: Messenger, sending: Sending): Promise<MessageHandle> {
    const result = await messenger.send(sending)
    if (!result.ok) throw new Error(`Not sent: ${result.reason}`)
    return result.handle
  }

  describe(`${name} as a messenger`, () => {
    test('a message that was sent is in its channel, and its handle names it', async () => {
      const { messenger, sending, read } = await start()
      const handle = await sent(messenger, sending())
      expect(read()).toEqual([{ text: 'It is rolled back', ts: handle.ts, parentTs: null }])
    })

    test('a reply is in the thread of its parent', async () => {
      const { messenger, sending, read } = await start()
      const parent = await sent(messenger, sending())
      await sent(messenger, sending({ deliveryId: 'dl_2', message: say('It recovered'), threadOf: parent }))
      expect(read()[1]).toMatchObject({ text: 'It recovered', parentTs: parent.ts })
    })

    test('an update changes the message where it is, and doing it again changes nothing', async () => {
      const { messenger, sending, texts } = await start()
      const handle = await sent(messenger, sending())
      for (let round = 0; round < 2; round += 1) {
        expect(await messenger.update(handle, say('It recovered'))).toEqual({ ok: true, handle })
        expect(texts()).toEqual(['It recovered'])
      }
    })

    test('two deliveries that read alike are two messages', async () => {
      const { messenger, sending, texts } = await start()
      await sent(messenger, sending())
      await sent(messenger, sending({ deliveryId: 'dl_2', inDoubtSince: began }))
      expect(texts()).toHaveLength(2)
    })

    test('a lost answer is in doubt, and the next attempt finds the message instead of sending a second', async () => {
      const { messenger, sending, read, trouble } = await start()
      trouble('answer_lost')
      expect(await messenger.send(sending())).toMatchObject({ ok: false, retry: true, mayHaveArrived: true })
      const handle = await sent(messenger, sending({ inDoubtSince: began }))
      expect(read()).toEqual([{ text: 'It is rolled back', ts: handle.ts, parentTs: null }])
      expect(await sent(messenger, sending({ inDoubtSince: began }))).toEqual(handle)
      expect(read()).toHaveLength(1)
    })

    test('a reply whose answer was lost is found in its thread and not sent twice', async () => {
      const { messenger, sending, read, trouble } = await start()
      const parent = await sent(messenger, sending())
      const reply = sending({ deliveryId: 'dl_2', message: say('It recovered'), threadOf: parent })
      trouble('answer_lost')
      expect(await messenger.send(reply)).toMatchObject({ ok: false, mayHaveArrived: true })
      const handle = await sent(messenger, { ...reply, inDoubtSince: began })
      expect(read()[1]).toMatchObject({ ts: handle.ts, parentTs: parent.ts })
      expect(read()).toHaveLength(2)
    })

    test('a message that was edited since is still found as the one that arrived', async () => {
      const { messenger, sending, texts } = await start()
      const handle = await sent(messenger, sending())
      await messenger.update(handle, say('It recovered'))
      expect(await sent(messenger, sending({ inDoubtSince: began }))).toEqual(handle)
      expect(texts()).toEqual(['It recovered'])
    })

    test('a doubt without a message behind it ends in one message', async () => {
      const { messenger, sending, texts } = await start()
      await sent(messenger, sending({ inDoubtSince: began }))
      expect(texts()).toHaveLength(1)
    })

    test('an outage is an answer that asks to try again, and the next attempt gets through', async () => {
      const { messenger, sending, texts, trouble } = await start()
      trouble('unreachable')
      const refused = await messenger.send(sending())
      expect(refused).toMatchObject({ ok: false, retry: true })
      expect(texts()).toEqual([])
      await sent(messenger, sending({ inDoubtSince: began }))
      expect(texts()).toHaveLength(1)
    })

    test('a messenger that is told to wait says how long, and that nothing arrived', async () => {
      const { messenger, sending, texts, trouble } = await start()
      trouble('busy')
      const waiting = { ok: false, retry: true, afterSeconds: 7, mayHaveArrived: false }
      expect(await messenger.send(sending())).toMatchObject(waiting)
      expect(texts()).toEqual([])
    })

    test('a channel that is not there is refused for good, with a reason', async () => {
      const { messenger, sending } = await start()
      const refused = await messenger.send(sending({ channel: 'nowhere' }))
      expect(refused).toEqual({ ok: false, retry: false, reason: expect.stringContaining('channel') })
    })

    test('a message that is not there cannot be updated, and none is sent for it', async () => {
      const { messenger, sending, texts } = await start()
      const { channel } = await sent(messenger, sending())
      const refused = await messenger.update({ channel, ts: '99.000001' }, say('It recovered'))
      expect(refused).toMatchObject({ ok: false, retry: false })
      expect(texts()).toEqual(['It is rolled back'])
    })

    test('it says that it is ready', async () => {
      const { messenger } = await start()
      expect(await messenger.check()).toMatchObject({ ok: true })
    })
  })
}
