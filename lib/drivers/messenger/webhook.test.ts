import { describe, expect, onTestFinished, test } from 'vitest'
import { Webhook } from 'standardwebhooks'
import { alertMessage } from '#lib/domain/alert.ts'
import type { Sending } from '#lib/ports/messenger.ts'
import { alertFacts } from '#lib/testing/alertFacts.ts'
import { messengerContract } from '#lib/testing/messengerContract.ts'
import { startWebhookReceiver } from '#lib/testing/webhookReceiver.ts'
import { webhookMessenger } from './webhook.ts'

const secretOf = (letter: string) => `whsec_${Buffer.from(letter.repeat(32)).toString('base64')}`
const channel = 'webhook:ar_1'

async function start({ allowPrivate = true, secrets = [secretOf('a')] } = {}) {
  const receiver = await startWebhookReceiver(secretOf('a'))
  const messenger = webhookMessenger({
    outbound: { allowPrivate, timeoutMs: 3_000 },
    targetOf: async (asked) => (asked === channel ? { url: receiver.url, secrets } : null),
  })
  return { receiver, messenger }
}

const troubles = {
  unreachable: 'unreachable',
  answer_lost: 'answer_lost',
  busy: { status: 429, headers: { 'retry-after': '7' } },
} as const

messengerContract('a webhook', async () => {
  const { receiver, messenger } = await start()
  return {
    messenger,
    channel,
    read: receiver.read,
    trouble: (kind) => receiver.meet(troubles[kind]),
    close: receiver.close,
  }
})

async function running(options?: Parameters<typeof start>[0]) {
  const parts = await start(options)
  onTestFinished(() => parts.receiver.close())
  return parts
}

const sending: Sending = {
  deliveryId: 'dl_1',
  channel,
  message: alertMessage('rollback_triggered', alertFacts({ because: 'a < b & c' })),
  threadOf: null,
  inDoubtSince: null,
}

describe('a webhook', () => {
  test('is signed, so that a receiver with the secret knows it and one with another does not', async () => {
    const { receiver, messenger } = await running()
    expect(await messenger.send(sending)).toMatchObject({ ok: true })
    const [post] = receiver.posts
    const headers = post?.headers as Record<string, string>
    expect(headers['webhook-id']).toBe('dl_1')
    expect(new Webhook(secretOf('a')).verify(post?.body ?? '', headers)).toMatchObject({ type: 'alert.sent' })
    expect(() => new Webhook(secretOf('b')).verify(post?.body ?? '', headers)).toThrow(
      'No matching signature',
    )
    expect(() => new Webhook(secretOf('a')).verify(`${post?.body} `, headers)).toThrow(
      'No matching signature',
    )
  })

  test('carries both signatures while a secret is rotated', async () => {
    const { receiver, messenger } = await running({ secrets: [secretOf('b'), secretOf('a')] })
    expect(await messenger.send(sending)).toMatchObject({ ok: true })
    const headers = receiver.posts[0]?.headers as Record<string, string>
    const body = receiver.posts[0]?.body ?? ''
    for (const letter of ['a', 'b']) expect(new Webhook(secretOf(letter)).verify(body, headers)).toBeTruthy()
  })

  test('says what happened for people and for programs, without Slack’s escapes', async () => {
    const { receiver, messenger } = await running()
    await messenger.send(sending)
    const { data } = JSON.parse(receiver.posts[0]?.body ?? '') as { data: Record<string, unknown> }
    expect(data['text']).toContain('a < b & c')
    expect(data['event']).toMatchObject({
      kind: 'rollback_triggered',
      from_version: '2.4.0',
      to_version: '2.3.3',
    })
  })

  test('that is answered with a redirect goes nowhere else, and says so', async () => {
    const { receiver, messenger } = await running()
    const elsewhere = await startWebhookReceiver(secretOf('a'))
    onTestFinished(() => elsewhere.close())
    receiver.meet({ status: 307, headers: { location: elsewhere.url } })
    expect(await messenger.send(sending)).toMatchObject({
      retry: false,
      reason: expect.stringContaining('redirect'),
    })
    expect(elsewhere.posts).toEqual([])
  })

  test.each([
    [500, true],
    [503, true],
    [408, true],
    [400, false],
    [401, false],
    [410, false],
  ])('answered with %d is tried again: %s', async (status, retry) => {
    const { receiver, messenger } = await running()
    receiver.meet({ status })
    expect(await messenger.send(sending)).toMatchObject({ ok: false, retry })
  })

  test('into the own network is refused for good unless the setting allows it', async () => {
    const { receiver, messenger } = await running({ allowPrivate: false })
    expect(await messenger.send(sending)).toMatchObject({
      ok: false,
      retry: false,
      reason: expect.stringContaining('SWITCHBACK_ALLOW_PRIVATE_ADDRESSES'),
    })
    expect(receiver.posts).toEqual([])
  })
})
