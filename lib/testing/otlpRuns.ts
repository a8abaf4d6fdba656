import { randomBytes } from 'node:crypto'

/** Runs as an OpenTelemetry exporter would send them, in OTLP's JSON. */
export interface SentRun {
  readonly agent: string
  readonly version: string
  readonly failed?: boolean
  readonly toolFails?: boolean
  /** Default 250. */
  readonly latencyMs?: number
  readonly conversationId?: string
}

export interface RunDoor {
  readonly edgeUrl: string
  /** With the scope `telemetry`. */
  readonly token: string
}

/** Posts runs, each an `invoke_agent` span with one tool call. Resolves once they were accepted. */
export async function postRuns({ edgeUrl, token }: RunDoor, runs: readonly SentRun[]): Promise<void> {
  const answer = await fetch(`${edgeUrl}/v1/traces`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(otlpBody(runs, Date.now())),
  })
  const said = await answer.text()
  if (!answer.ok || said.includes('rejectedSpans'))
    throw new Error(`The edge answered ${answer.status}: ${said}`)
}

/** The body of `POST /v1/traces`: runs that end at `endMs`, milliseconds since 1970. */
export function otlpBody(runs: readonly SentRun[], endMs: number): object {
  const groups = Map.groupBy(runs, (run) => run.agent)
  return {
    resourceSpans: [...groups].map(([agent, all]) => ({
      resource: { attributes: attributes({ 'service.name': agent }) },
      scopeSpans: [{ scope: { name: 'test' }, spans: all.flatMap((run) => spansOf(run, endMs)) }],
    })),
  }
}

function spansOf(run: SentRun, endMs: number): object[] {
  const { agent, version, failed = false, toolFails = false, latencyMs = 250, conversationId } = run
  const traceId = randomBytes(16).toString('hex')
  const spanId = randomBytes(8).toString('hex')
  const root = {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': agent,
    'gen_ai.agent.version': version,
    ...(conversationId ? { 'gen_ai.conversation.id': conversationId } : {}),
  }
  const tool = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'lookup_order' }
  return [
    {
      traceId,
      spanId: randomBytes(8).toString('hex'),
      parentSpanId: spanId,
      name: 'execute_tool lookup_order',
      kind: 1,
      ...times(endMs - latencyMs / 2, endMs - latencyMs / 4),
      ...outcome(tool, toolFails ? 'ToolError' : null),
    },
    {
      traceId,
      spanId,
      name: `invoke_agent ${agent}`,
      kind: 1,
      ...times(endMs - latencyMs, endMs),
      ...outcome(root, failed ? 'ModelError' : null),
    },
  ]
}

function times(startMs: number, endMs: number) {
  const nanoseconds = (ms: number) => String(BigInt(Math.round(ms * 1000)) * 1000n)
  return { startTimeUnixNano: nanoseconds(startMs), endTimeUnixNano: nanoseconds(endMs) }
}

function outcome(given: Readonly<Record<string, string>>, errorType: string | null) {
  if (errorType === null) return { attributes: attributes(given) }
  return { attributes: attributes({ ...given, 'error.type': errorType }), status: { code: 2 } }
}

function attributes(given: Readonly<Record<string, string>>) {
  return Object.entries(given).map(([key, stringValue]) => ({ key, value: { stringValue } }))
}
