import { randomBytes } from 'node:crypto'

export interface Runs {
  readonly url: string
  readonly token: string
  readonly agent: string
  readonly version: string
  readonly count: number
  readonly failed: boolean
}

/** Sends finished runs as OTLP in one request. Resolves when the edge has accepted them. */
export async function postRuns({ url, token, agent, version, count, failed }: Runs): Promise<void> {
  const end = BigInt(Date.now()) * 1_000_000n
  const text = (key: string, value: string) => ({ key, value: { stringValue: value } })
  const spans = Array.from({ length: count }, () => ({
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    name: 'invoke_agent',
    kind: 1,
    startTimeUnixNano: String(end - 300_000_000n),
    endTimeUnixNano: String(end),
    attributes: [
      text('gen_ai.operation.name', 'invoke_agent'),
      text('gen_ai.agent.name', agent),
      text('gen_ai.agent.version', version),
    ],
    status: failed ? { code: 2 } : {},
  }))
  const answer = await fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
  })
  if (!answer.ok) throw new Error(`The edge answered ${answer.status}: ${await answer.text()}`)
  await answer.arrayBuffer()
}
