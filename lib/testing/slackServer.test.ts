import { expect, onTestFinished, test } from 'vitest'
import { alertMessage } from '#lib/domain/alert.ts'
import { slackMessenger } from '#lib/drivers/messenger/slack.ts'
import { alertFacts } from './alertFacts.ts'
import { startSlackServer } from './slackServer.ts'

async function start() {
  const server = await startSlackServer()
  onTestFinished(() => server.close())
  const control = (what: string, method: string, given?: unknown) =>
    fetch(`${server.url}/control/${what}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(given === undefined ? {} : { body: JSON.stringify(given) }),
    })
  const call = async (method: string, given: unknown, token = server.token): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const answer = await fetch(server.apiUrl + method, {
      method: 'POST',
      headers,
      body: JSON.stringify(given),
    })
    return answer.json()
  }
  return { server, control, call }
}

test('another process can set a fault, read what came, and begin anew', async () => {
  const { server, control, call } = await start()
  await control('faults', 'POST', { kind: 'error', error: 'is_archived', method: 'chat.postMessage' })
  const posting = { channel: 'releases', text: 'hello' }
  expect(await call('auth.test', {})).toMatchObject({ ok: true })
  expect(await call('chat.postMessage', posting)).toEqual({ ok: false, error: 'is_archived' })
  expect(await call('chat.postMessage', posting)).toMatchObject({ ok: true })
  expect(await (await control('messages', 'GET')).json()).toMatchObject([{ text: 'hello' }])
  expect((await control('faults', 'POST', { kind: 'no such thing' })).status).toBe(400)
  await control('messages', 'DELETE')
  expect(server.messages).toEqual([])
})

test.each([
  ['a stranger', 'auth.test', {}, 'invalid_auth', 'xoxb-other'],
  ['nothing to say', 'chat.postMessage', { channel: 'releases' }, 'no_text'],
  ['no channel', 'chat.postMessage', { channel: 'nowhere', text: 'x' }, 'channel_not_found'],
  [
    'a thread that is not there',
    'chat.postMessage',
    { channel: 'releases', text: 'x', thread_ts: '1.1' },
    'thread_not_found',
  ],
  [
    'an empty text',
    'chat.postMessage',
    { channel: 'releases', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '' } }] },
    'invalid_blocks',
  ],
  [
    'a message that is not there',
    'chat.update',
    { channel: 'C0RELEASES1', ts: '1.1', text: 'x' },
    'message_not_found',
  ],
  [
    'a channel’s name where its id is due',
    'conversations.history',
    { channel: 'releases' },
    'channel_not_found',
  ],
  [
    'metadata without a type',
    'chat.postMessage',
    { channel: 'releases', text: 'x', metadata: {} },
    'invalid_metadata_format',
  ],
])('it refuses %s as Slack does', async (_what, method, given, error, token?: string) => {
  const { call } = await start()
  expect(await call(method, given, token)).toMatchObject({ ok: false, error })
})

test('metadata is told only to those who ask for it', async () => {
  const { call } = await start()
  const metadata = { event_type: 'kind', event_payload: { id: '1' } }
  await call('chat.postMessage', { channel: 'releases', text: 'x', metadata })
  const asked = { channel: 'C0RELEASES1', include_all_metadata: true }
  expect(await call('conversations.history', asked)).toMatchObject({ messages: [{ metadata }] })
  expect(JSON.stringify(await call('conversations.history', { channel: 'C0RELEASES1' }))).not.toContain(
    'metadata":{"event',
  )
})

test('the page shows a message in its channel, and data in it is text and not markup', async () => {
  const { server } = await start()
  const messenger = slackMessenger({ token: server.token, apiUrl: server.apiUrl, timeoutMs: 5_000 })
  const message = alertMessage('rollback_triggered', alertFacts({ actorName: '<script>x</script>' }))
  await messenger.send({
    deliveryId: 'dl_1',
    channel: 'releases',
    message,
    threadOf: null,
    inDoubtSince: null,
  })
  const page = await (await fetch(server.url)).text()
  expect(page).toContain('Rolled back: support-agent 2.4.0')
  expect(page).toContain('Stopped by &lt;script&gt;x&lt;/script&gt;')
})
