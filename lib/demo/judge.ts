/** A judge of answers: says of each run how good its answer was, as `POST /v1/scores` takes it. */
export interface Judge {
  /** The score is sent with the next batch. */
  score(run: JudgedRun, value: number): void
  /** Sends what is left. */
  stop(): Promise<void>
}

export interface JudgedRun {
  readonly agent: string
  readonly traceId: string
  readonly spanId: string
}

export interface JudgeOptions {
  readonly edgeUrl: string
  /** Scope: telemetry. */
  readonly token: string
}

/** The name that the demo's rollout document limits. */
export const scoreName = 'helpful'

const sendEveryMs = 500
/** As many as one request may carry. */
const batchMax = 1_000
/** While the edge is away the oldest are given up. */
const waitingMax = 5 * batchMax
const patienceMs = 3_000

export function startJudge({ edgeUrl, token }: JudgeOptions): Judge {
  let waiting: object[] = []
  /** One batch after the other; what was not taken goes with the next. */
  async function send(): Promise<void> {
    const batch = waiting.slice(0, batchMax)
    if (batch.length === 0) return
    waiting = waiting.slice(batch.length)
    const answer = await fetch(`${edgeUrl}/v1/scores`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(batch),
      signal: AbortSignal.timeout(patienceMs),
    }).catch(() => null)
    await answer?.arrayBuffer().catch(() => null)
    // The edge asks again for what it could not keep; what it refused stays refused.
    const isLost = answer === null || answer.status === 429 || answer.status >= 500
    if (isLost) waiting = [...batch, ...waiting].slice(-waitingMax)
  }
  let last: Promise<void> = Promise.resolve()
  const sending = setInterval(() => (last = last.then(send)), sendEveryMs)
  return {
    score({ agent, traceId, spanId }, value) {
      const at = new Date().toISOString()
      waiting.push({ run: { trace_id: traceId, span_id: spanId }, agent, name: scoreName, value, at })
    },
    async stop() {
      clearInterval(sending)
      await last
      await send()
    },
  }
}
