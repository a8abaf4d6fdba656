import type { EventSourceMessage } from 'eventsource-parser'
import { isRecord } from '../lib/routing/check.ts'
import { compareRevision, formatRevision, parseRevision } from '../lib/routing/table.ts'
import type { Revision } from '../lib/routing/table.ts'
import type { Link } from './link.ts'
import { createRefresh, createSilence } from './refresh.ts'
import type { Silence } from './refresh.ts'
import { pollDelayMs, reconnectDelayMs } from './timings.ts'
import { readStream } from './wire.ts'
import type { StreamEnd } from './wire.ts'

/** Streams tables, polls for them while there is no stream, and never stops by itself. */
export function startTransport(link: Link): { isStreaming(): boolean; stop(): Promise<void> } {
  const closing = new AbortController()
  const closed = closing.signal
  const silence = createSilence(link)
  const refresh = createRefresh(link, silence, closed)
  const stream = createStream(link, silence, refresh)

  async function keepStreaming(): Promise<void> {
    while (!closed.aborted) {
      const retryInMs = await stream.readToEnd(closed)
      await pause(retryInMs, closed)
    }
  }

  async function pollMeanwhile(): Promise<void> {
    while (!closed.aborted) {
      await pause(pollDelayMs(link.timings, link.random), closed)
      if (!stream.isLive() && !closed.aborted && silence.leftMs() === 0) await refresh()
    }
  }

  const loops = Promise.all([keepStreaming(), pollMeanwhile()])
  return {
    isStreaming: stream.isLive,
    async stop() {
      closing.abort()
      await loops
    },
  }
}

/** One stream after another: what each says, and how long to wait after it. */
function createStream(link: Link, silence: Silence, refresh: () => Promise<void>) {
  const { timings, random, emit } = link
  const onHead = createHeadWatch(link, refresh)
  let live = false
  let failures = 0
  let healthy: NodeJS.Timeout | undefined

  function onMessage(message: EventSourceMessage): void {
    if (!live) {
      live = true
      healthy = setTimeout(() => (failures = 0), timings.healthyAfterMs).unref()
      emit({ type: 'connected' })
    }
    if (message.event === 'table') return link.offer(jsonOf(message.data), 'stream')
    if (message.event !== 'hb' && message.event !== 'current' && message.event !== 'behind') return
    const head = headOf(message)
    if (head) onHead(head)
  }

  function waitAfter(end: StreamEnd): number {
    if (end.kind === 'goodbye') return Math.min(end.reconnectInMs, timings.reconnectMaxMs)
    const asked = end.kind === 'refused' ? silence.obey(end) : null
    const backOff = reconnectDelayMs(failures, timings, random)
    failures += 1
    return asked ?? Math.max(backOff, silence.leftMs())
  }

  return {
    isLive: () => live,
    /** Reads one stream to its end. Resolves to the milliseconds to wait before the next. */
    async readToEnd(closed: AbortSignal): Promise<number> {
      const held = link.held()
      const headers = {
        ...link.headers,
        accept: 'text/event-stream',
        ...(held ? { 'last-event-id': formatRevision(held) } : {}),
      }
      const url = `${link.url}/v1/stream`
      const timeoutMs = timings.readTimeoutMs
      const end = await readStream({ url, headers, timeoutMs, fetch: link.fetch, closed }, onMessage)

      live = false
      clearTimeout(healthy)
      if (closed.aborted) return 0
      const retryInMs = waitAfter(end)
      emit({ type: 'disconnected', message: endMessage(end), retryInMs })
      return retryInMs
    },
  }
}

/** Compares the server's head with the table held: it confirms, or there is a gap to fill, or it is behind. */
function createHeadWatch(link: Link, refresh: () => Promise<void>): (head: Revision) => void {
  let behindTold: string | null = null

  return (head) => {
    const held = link.held()
    const order = held ? compareRevision(head, held) : 1
    if (order === 0) return link.confirm()
    if (order > 0) return void refresh()
    if (!held || behindTold === formatRevision(head)) return
    behindTold = formatRevision(head)
    link.emit({ type: 'server_behind', head, held: { epoch: held.epoch, rev: held.rev } })
  }
}

function endMessage(end: StreamEnd): string {
  if (end.kind === 'failed') return end.message
  return end.kind === 'refused' ? `The server answered ${end.status}` : 'The server said goodbye'
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The revision in the data, else in the id. */
function headOf({ data, id }: EventSourceMessage): Revision | null {
  const said = jsonOf(data)
  const written = isRecord(said) ? `${said['epoch']}.${said['rev']}` : ''
  return parseRevision(written) ?? parseRevision(id ?? '')
}

/** Resolves after this many milliseconds, or at once when the client is closed. Does not keep a process alive. */
function pause(ms: number, closed: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (closed.aborted) return resolve()
    const end = () => {
      clearTimeout(timer)
      closed.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms).unref()
    closed.addEventListener('abort', end)
  })
}
