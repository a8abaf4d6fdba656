import { describe, expect, onTestFinished, test } from 'vitest'
import { alertKinds, alertMessage } from '#lib/domain/alert.ts'
import type { Sending } from '#lib/ports/messenger.ts'
import { alertFacts } from '#lib/testing/alertFacts.ts'
import { messengerContract } from '#lib/testing/messengerContract.ts'
import type { SlackFault } from '#lib/testing/slack/faults.ts'
import { type SlackServerOptions, startSlackServer } from '#lib/testing/slackServer.ts'
import { slackMessenger } from './slack.ts'

const troubles = {
  unreachable: { kind: 'drop', when: 'before' },
  answer_lost: { kind: 'drop', when: 'after' },
  busy: { kind: 'rate_limited', retryAfterSeconds: 7 },
} as const satisfies Record<string, SlackFault>

for (const channel of ['C0RELEASES1', '#releases']) {
  messengerContract(`Slack with ${channel}`, async () => {
    const server = await startSlackServer()
    return {
      messenger: slackMessenger({ token: server.token, apiUrl: server.apiUrl, timeoutMs: 5_000 }),
      channel,
      read: () =>
        server.messages.map(({ text, ts, thread_ts }) => ({ text, ts, parentTs: thread_ts ?? null })),
      trouble: (kind) => server.fault(troubles[kind]),
      close: server.close,
    }
  })
}

async function start(options: SlackServerOptions & { timeoutMs?: number } = {}) {
  const server = await startSlackServer(options)
  onTestFinished(() => server.close())
  const { timeoutMs = 5_000 } = options
  const messenger = slackMessenger({ token: server.token, apiUrl: server.apiUrl, timeoutMs })
  return { server, messenger }
}

const message = alertMessage('rollback_triggered', alertFacts())
const began = new Date()
const sending: Sending = {
  deliveryId: 'dl_1',
  channel: 'releases',
  message,
  threadOf: null,
  inDoubtSince: null,
}

describe('Slack', () => {
  test('takes every message of an incident as it is rendered', async () => {
    const { server, messenger } = await start()
    const long = '&'.repeat(9_000)
    const many = Array.from({ length: 30 }, () => ({ label: long, observed: long, limit: long }))
    const odd = { agent: long, because: long, stage: long, actorName: '', reason: '', figures: many }
    for (const facts of [
      alertFacts(),
      alertFacts(odd),
      alertFacts({ because: '', incidentUrl: 'not an address' }),
    ]) {
      for (const kind of alertKinds) {
        expect(await messenger.send({ ...sending, message: alertMessage(kind, facts) })).toMatchObject({
          ok: true,
        })
      }
    }
    expect(server.messages).toHaveLength(9)
  })

  test('is sent nothing but the delivery’s id beside the message', async () => {
    const { server, messenger } = await start()
    await messenger.send(sending)
    const metadata = { event_type: 'switchback_delivery', event_payload: { delivery_id: 'dl_1' } }
    expect(server.messages[0]?.metadata).toEqual(metadata)
  })

  test('is asked once: the messenger does not retry behind its caller’s back', async () => {
    const { server, messenger } = await start()
    server.fault({ kind: 'status', status: 503 })
    expect(await messenger.send(sending)).toMatchObject({ retry: true, mayHaveArrived: true })
    expect(server.calls).toEqual(['chat.postMessage'])
  })

  test('is not read back for a first attempt', async () => {
    const { server, messenger } = await start()
    await messenger.send(sending)
    expect(server.calls).toEqual(['chat.postMessage'])
  })

  test('that answers too late leaves a doubt, which the next attempt clears without a second message', async () => {
    const { server, messenger } = await start({ timeoutMs: 300 })
    server.fault({ kind: 'slow', delayMs: 60_000 })
    const late = { retry: true, mayHaveArrived: true, reason: 'Slack did not answer within 300 ms' }
    expect(await messenger.send(sending)).toMatchObject(late)
    expect(await messenger.send({ ...sending, inDoubtSince: began })).toMatchObject({ ok: true })
    expect(server.messages).toHaveLength(1)
  })

  test('whose answer breaks off in the middle leaves a doubt and not an exception', async () => {
    const { server, messenger } = await start()
    server.fault({ kind: 'cut' })
    expect(await messenger.send(sending)).toMatchObject({ retry: true, mayHaveArrived: true })
    expect(await messenger.send({ ...sending, inDoubtSince: began })).toMatchObject({ ok: true })
    expect(server.messages).toHaveLength(1)
  })

  test('is sent no second message while the first cannot be looked up', async () => {
    const { server, messenger } = await start()
    await messenger.send(sending)
    for (const method of ['conversations.list', 'conversations.history']) {
      server.fault({ kind: 'status', status: 500, method })
      const doubtful = {
        retry: true,
        mayHaveArrived: true,
        reason: expect.stringContaining('looking it up failed'),
      }
      expect(await messenger.send({ ...sending, inDoubtSince: began })).toMatchObject(doubtful)
    }
    server.fault({ kind: 'error', error: 'missing_scope', method: 'conversations.history' })
    expect(await messenger.send({ ...sending, inDoubtSince: began })).toMatchObject({
      ok: false,
      retry: false,
    })
    expect(server.messages).toHaveLength(1)
  })

  test('is looked through to the end: a message under hundreds of newer ones is found', async () => {
    const { server, messenger } = await start()
    const first = await messenger.send(sending)
    for (let count = 0; count < 450; count += 1) {
      const headers = { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' }
      const body = JSON.stringify({ channel: 'C0RELEASES1', text: `chatter ${count}` })
      await fetch(`${server.apiUrl}chat.postMessage`, { method: 'POST', headers, body })
    }
    expect(await messenger.send({ ...sending, inDoubtSince: began })).toEqual(first)
    expect(server.calls.filter((method) => method === 'conversations.history')).toHaveLength(3)
  })

  test('that is not there at all is known not to have the message', async () => {
    const { server, messenger } = await start()
    await server.close()
    expect(await messenger.send(sending)).toMatchObject({ retry: true, mayHaveArrived: false })
  })

  test.each([
    ['invalid_auth', 'token'],
    ['not_in_channel', 'invite'],
    ['is_archived', 'archived'],
    ['invalid_blocks', 'layout'],
    ['some_new_error', 'some_new_error'],
  ])('refusing with %s is final, and the reason says what to do', async (error, words) => {
    const { server, messenger } = await start()
    server.fault({ kind: 'error', error })
    expect(await messenger.send(sending)).toEqual({
      ok: false,
      retry: false,
      reason: expect.stringContaining(words),
    })
  })

  test.each(['internal_error', 'fatal_error', 'service_unavailable'])(
    'failing with %s is tried again, in doubt',
    async (error) => {
      const { server, messenger } = await start()
      server.fault({ kind: 'error', error })
      expect(await messenger.send(sending)).toMatchObject({ retry: true, mayHaveArrived: true })
    },
  )

  test('with another token is refused, and the reason does not show the token', async () => {
    const { server } = await start()
    const stranger = slackMessenger({ token: 'xoxb-stolen', apiUrl: server.apiUrl, timeoutMs: 5_000 })
    const refused = await stranger.check()
    expect(refused).toMatchObject({
      ok: false,
      retry: false,
      reason: expect.stringContaining('invalid_auth'),
    })
    expect(JSON.stringify(refused)).not.toContain('stolen')
  })

  test('that lets the app post but not look back is not ready, and names the scope', async () => {
    const { messenger } = await start({ scopes: ['chat:write'] })
    expect(await messenger.check()).toMatchObject({
      ok: false,
      reason: expect.stringContaining('channels:history'),
    })
  })
})
