import { createParser } from 'eventsource-parser'
import type { EventSourceMessage } from 'eventsource-parser'
import { expect, test } from 'vitest'
import { behindEvent, currentEvent, goodbyeEvent, heartbeatEvent, retryFrame, tableEvent } from './stream.ts'
import { aTableOf } from './testing/tables.ts'

/** What a client of the specification reads from these bytes. */
function read(bytes: string) {
  const messages: EventSourceMessage[] = []
  const retries: number[] = []
  createParser({
    onEvent: (message) => messages.push(message),
    onRetry: (retryMs) => retries.push(retryMs),
    onError: (error) => expect.unreachable(error.message),
  }).feed(bytes)
  return { messages, retries }
}

test('a table arrives whole, also with line ends and other scripts in its texts, under its revision as id', () => {
  const table = aTableOf({
    stable: '2.3.3',
    revoked: { '2.4.0': { mode: 'abort', reason: 'line\nline\r\n\u2028 🛑 größe\n\n', since: 1 } },
  })
  const [message] = read(tableEvent(table)).messages
  expect(message).toMatchObject({ event: 'table', id: '1.1' })
  expect(JSON.parse(message?.data ?? '')).toEqual(table)
})

test('only frames that say what the client now holds carry an id', () => {
  const head = { epoch: 1, rev: 7 }
  const frames = [
    retryFrame(1_000),
    currentEvent(head),
    heartbeatEvent(head, new Date('2026-11-23T15:40:00Z')),
    behindEvent(head),
    goodbyeEvent(4_200),
  ]
  const { messages, retries } = read(frames.join(''))
  expect(retries).toEqual([1_000])
  expect(messages.map(({ event, id, data }) => [event, id, JSON.parse(data)])).toEqual([
    ['current', '1.7', head],
    ['hb', undefined, { ...head, now: '2026-11-23T15:40:00.000Z' }],
    ['behind', undefined, head],
    ['goodbye', undefined, { reconnectInMs: 4_200 }],
  ])
})
