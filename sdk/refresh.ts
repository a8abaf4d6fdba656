import { compareRevision, formatRevision } from '../lib/routing/table.ts'
import type { Link } from './link.ts'
import { refusalDelayMs } from './timings.ts'
import { fetchTable } from './wire.ts'
import type { Refused } from './wire.ts'

/** How long a server has asked to be left alone. */
export interface Silence {
  /** Takes in a refusal and tells of it. Milliseconds to wait, or null when the refusal asks for none. */
  obey(refused: Refused): number | null
  leftMs(): number
}

export function createSilence({ now, timings, random, emit }: Link): Silence {
  /** On the monotonic clock. */
  let until = 0
  return {
    leftMs: () => Math.max(0, until - performance.now()),
    obey({ status, retryAfter }) {
      const retryInMs = refusalDelayMs(status, retryAfter, now(), timings, random)
      if (retryInMs === null) return null
      until = performance.now() + retryInMs
      emit({ type: status === 401 || status === 403 ? 'auth_failed' : 'told_to_wait', status, retryInMs })
      return retryInMs
    },
  }
}

/** Asks for the table by `GET /v1/table`. While one request runs, a second call waits for the same. */
export function createRefresh(link: Link, silence: Silence, closed: AbortSignal): () => Promise<void> {
  let running: Promise<void> | null = null

  async function refresh(): Promise<void> {
    const asked = link.held()
    const answer = await fetchTable({
      url: `${link.url}/v1/table`,
      headers: { ...link.headers, ...(asked ? { 'if-none-match': `"${formatRevision(asked)}"` } : {}) },
      fetch: link.fetch,
      closed,
      timeoutMs: link.timings.tableTimeoutMs,
    })
    if (closed.aborted) return

    switch (answer.kind) {
      case 'table':
        return link.offer(answer.value, 'fetch')
      case 'unchanged': {
        if (!asked) return fail('304 to a request that named no ETag')
        const held = link.held()
        return held && compareRevision(asked, held) === 0 ? link.confirm() : undefined
      }
      case 'refused':
        return silence.obey(answer) === null ? fail(`The server answered ${answer.status}`) : undefined
      case 'failed':
        return fail(answer.message)
      default:
        answer satisfies never
    }
  }

  const fail = (message: string) => link.emit({ type: 'fetch_failed', message })

  return () => {
    running ??= refresh().finally(() => {
      running = null
    })
    return running
  }
}
