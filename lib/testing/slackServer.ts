import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { parseArgs } from 'node:util'
import { createFaultQueue, type FaultQueue, readFault, type SlackFault } from './slack/faults.ts'
import { renderWorkspace } from './slack/page.ts'
import { readArguments, refuseStranger, sendHalf, sendJson } from './slack/wire.ts'
import {
  createWorkspace,
  type SlackAnswer,
  type SlackChannel,
  type SlackMessage,
  type Workspace,
} from './slack/workspace.ts'

export interface SlackServer {
  readonly url: string
  /** What a client takes for `slackApiUrl`. */
  readonly apiUrl: string
  readonly token: string
  /** What a reader of the channels sees now, oldest first. */
  readonly messages: readonly SlackMessage[]
  /** The methods called, in order, whatever became of them. */
  readonly calls: readonly string[]
  /** The next call meets this. */
  fault(fault: SlackFault): void
  /** Forgets messages, calls and faults. */
  clear(): void
  close(): Promise<void>
}

export interface SlackServerOptions {
  /** A free one when absent. */
  readonly port?: number
  readonly token?: string
  readonly channels?: readonly SlackChannel[]
  /** What the token may do, as every answer tells it. */
  readonly scopes?: readonly string[]
  readonly now?: () => Date
}

interface State {
  readonly workspace: Workspace
  readonly calls: string[]
  readonly faults: FaultQueue
  readonly timers: Set<NodeJS.Timeout>
  readonly token: string
  readonly scopes: readonly string[]
}

const defaultChannels: readonly SlackChannel[] = [
  { id: 'C0RELEASES1', name: 'releases' },
  { id: 'C0ONCALL001', name: 'on-call' },
]
const defaultScopes = ['chat:write', 'channels:history', 'groups:history', 'channels:read', 'groups:read']

/**
 * A server that answers as Slack's Web API does, for tests, browser stories and the demo. It listens on this machine
 * only, keeps everything in memory, shows its channels at `/`, and is told what to do wrong by `fault` or, from another
 * process, by `POST|DELETE /control/faults`, `GET|DELETE /control/messages`, `GET /control/whispers` and `GET /control/calls`.
 */
export async function startSlackServer(options: SlackServerOptions = {}): Promise<SlackServer> {
  const { port = 0, token = 'xoxb-for-testing', channels = defaultChannels, scopes = defaultScopes } = options
  const workspace = createWorkspace(channels, options.now ?? (() => new Date()))
  const state: State = { workspace, calls: [], faults: createFaultQueue(), timers: new Set(), token, scopes }

  const server = createServer((request, response) => {
    answer(state, request, response).catch(() =>
      sendJson(response, 400, { ok: false, error: 'invalid_json' }),
    )
  })
  await new Promise<void>((listening, failed) => {
    server.once('error', failed).listen(port, '127.0.0.1', listening)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  const url = `http://127.0.0.1:${address.port}`

  return {
    url,
    apiUrl: `${url}/api/`,
    token,
    messages: workspace.messages,
    calls: state.calls,
    fault: state.faults.add,
    clear: () => clear(state),
    async close() {
      for (const timer of state.timers) clearTimeout(timer)
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections()
      await closed
    },
  }
}

function clear({ workspace, calls, faults }: State): void {
  workspace.clear()
  calls.length = 0
  faults.clear()
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://slack').pathname
  const [, door, name] = /^\/(api|control)\/([\w.]+)$/.exec(path) ?? []
  if (door === 'api' && name) return answerApi(state, name, request, response)
  if (door === 'control' && name) return answerControl(state, name, request, response)
  if (path !== '/') return sendJson(response, 404, { ok: false })
  response
    .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    .end(renderWorkspace(state.workspace))
}

async function answerApi(state: State, method: string, request: IncomingMessage, response: ServerResponse) {
  const given = await readArguments(request)
  state.calls.push(method)
  const act = () => refuseStranger(request, given, state.token) ?? state.workspace.call(method, given)
  const head = { 'x-oauth-scopes': state.scopes.join(',') }
  const send = (answered: SlackAnswer) => sendJson(response, 200, answered, head)

  const fault = state.faults.take(method)
  switch (fault?.kind) {
    case undefined:
      return send(act())
    case 'rate_limited': {
      const wait = { 'retry-after': String(fault.retryAfterSeconds) }
      return sendJson(response, 429, { ok: false, error: 'ratelimited' }, wait)
    }
    case 'status':
      return sendJson(response, fault.status, { ok: false })
    case 'error':
      return send({ ok: false, error: fault.error })
    case 'drop':
      if (fault.when === 'after') act()
      return void request.socket.destroy()
    case 'cut':
      return sendHalf(response, act())
    case 'slow': {
      const answered = act()
      const timer = setTimeout(() => {
        state.timers.delete(timer)
        send(answered)
      }, fault.delayMs)
      return void state.timers.add(timer)
    }
    default:
      return fault satisfies undefined
  }
}

async function answerControl(state: State, what: string, request: IncomingMessage, response: ServerResponse) {
  switch (`${request.method} ${what}`) {
    case 'GET messages':
      return sendJson(response, 200, state.workspace.messages)
    case 'GET whispers':
      return sendJson(response, 200, state.workspace.whispers)
    case 'GET calls':
      return sendJson(response, 200, state.calls)
    case 'DELETE messages':
      clear(state)
      return sendJson(response, 200, { ok: true })
    case 'DELETE faults':
      state.faults.clear()
      return sendJson(response, 200, { ok: true })
    case 'POST faults': {
      const fault = readFault(await readArguments(request))
      if (!fault) return sendJson(response, 400, { ok: false, error: 'not a fault that can be set' })
      state.faults.add(fault)
      return sendJson(response, 200, { ok: true })
    }
    default:
      return sendJson(response, 404, { ok: false, error: 'no such control' })
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '4600' }, token: { type: 'string' } },
  })
  const server = await startSlackServer({
    port: Number(values.port),
    ...(values.token ? { token: values.token } : {}),
  })
  process.stdout.write(`Slack for testing: ${server.url} (API ${server.apiUrl}, token ${server.token})\n`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close())
}
