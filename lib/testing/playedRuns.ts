import { createHash } from 'node:crypto'

/** Runs of an agent at times that a test sets, in seconds since its rollout began, as an exporter sends them. */
export interface PlayedRun {
  readonly version: string
  readonly startS: number
  /** Default 0.5. */
  readonly tookS?: number
  /** How long after its end it comes; default 0. */
  readonly lateS?: number
  /** How far the clock of its sender is ahead; default 0. */
  readonly aheadS?: number
  /** True, or its `error.type`. */
  readonly fails?: boolean | string
  readonly conversationId?: string
  /** What else tells it from other runs, so that its ids are its own; its place in a list is enough. */
  readonly n?: number
  readonly traceId?: string
  /** What its tool calls came to, in order: whether each failed. */
  readonly tool?: { readonly name: string; readonly fails: readonly boolean[] }
  readonly costUsd?: number
  readonly model?: string
  /** With a hundred of output. */
  readonly inputTokens?: number
  readonly cachedInputTokens?: number
  readonly attributes?: Readonly<Record<string, string>>
}

/** The ids of a run: the same run has the same, so that it can be sent again, scored or retried. */
export function idsOf(agent: string, run: PlayedRun): { traceId: string; spanId: string } {
  const { version, startS, n = 0 } = run
  const hash = createHash('sha256')
    .update(JSON.stringify([agent, version, startS, n]))
    .digest('hex')
  return { traceId: run.traceId ?? hash.slice(0, 32), spanId: hash.slice(32, 48) }
}

/** When it comes, in seconds since the rollout began. */
export function arrivesAt({ startS, tookS = 0.5, lateS = 0 }: PlayedRun): number {
  return startS + tookS + lateS
}

/** The body of `POST /v1/traces` with these runs of an agent whose rollout began at `zeroMs`. */
export function playedBody(agent: string, runs: readonly PlayedRun[], zeroMs: number): string {
  const spans = runs.flatMap((run) => spansOf(agent, run, zeroMs))
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })
}

function spansOf(agent: string, run: PlayedRun, zeroMs: number): object[] {
  const { traceId, spanId } = idsOf(agent, run)
  const { startS, tookS = 0.5, aheadS = 0, fails = false, tool, attributes = {} } = run
  const at = (seconds: number) => `${Math.round(zeroMs + (startS + aheadS + seconds) * 1000)}000000`
  const errorType = fails === true ? 'ModelError' : fails
  const texts: Record<string, string | undefined> = {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': agent,
    'gen_ai.agent.version': run.version,
    'gen_ai.conversation.id': run.conversationId,
    'gen_ai.request.model': run.model,
    ...(errorType ? { 'error.type': errorType } : {}),
    ...attributes,
  }
  const numbers: Record<string, number | undefined> = {
    'gen_ai.usage.cost.amount': run.costUsd,
    'gen_ai.usage.input_tokens': run.inputTokens,
    'gen_ai.usage.output_tokens': run.inputTokens === undefined ? undefined : 100,
    'gen_ai.usage.cache_read.input_tokens': run.cachedInputTokens,
  }
  const root = {
    traceId,
    spanId,
    name: `invoke_agent ${agent}`,
    kind: 1,
    startTimeUnixNano: at(0),
    endTimeUnixNano: at(tookS),
    attributes: [...listed(texts, 'stringValue'), ...listed(numbers, 'doubleValue')],
    ...(errorType ? { status: { code: 2 } } : {}),
  }
  const tools = (tool?.fails ?? []).map((isFailed, index) => ({
    traceId,
    spanId: createHash('sha256').update(`${spanId}:${index}`).digest('hex').slice(0, 16),
    parentSpanId: spanId,
    name: `execute_tool ${tool?.name}`,
    kind: 1,
    startTimeUnixNano: at(0),
    endTimeUnixNano: at(tookS / 2),
    attributes: listed(
      { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': tool?.name },
      'stringValue',
    ),
    ...(isFailed ? { status: { code: 2 } } : {}),
  }))
  return [...tools, root]
}

function listed(given: Readonly<Record<string, string | number | undefined>>, kind: string): object[] {
  return Object.entries(given).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: { [kind]: value } }],
  )
}

/** One run each so many seconds, from the first moment to the one before the last. */
export function runsEach(
  everyS: number,
  [fromS, untilS]: readonly [number, number],
  runOf: (index: number) => Omit<PlayedRun, 'startS'>,
): PlayedRun[] {
  return Array.from({ length: Math.ceil((untilS - fromS) / everyS - 1e-9) }, (_, index) => ({
    n: index,
    ...runOf(index),
    startS: fromS + index * everyS,
  }))
}

const golden = 0.618_033_988_749_895

/** Numbers in [0, 1), evenly spread however many are taken, the same each time. */
export function spread(index: number): number {
  return (index * golden) % 1
}

/** One run each so many seconds, of 2.4.0 with this share and of 2.3.3 else, evenly mixed. */
export function mixed(
  share: number,
  everyS: number,
  times: readonly [number, number],
  runOf: (version: string, index: number) => Omit<PlayedRun, 'startS' | 'version'> = () => ({}),
): PlayedRun[] {
  return runsEach(everyS, times, (index) => {
    const version = spread(index * 7 + 3) < share ? '2.4.0' : '2.3.3'
    return { version, ...runOf(version, index) }
  })
}
