import type { IncomingMessage, ServerResponse } from 'node:http'
import { isObject } from '../slackBlocks.ts'
import type { Arguments, SlackAnswer } from './workspace.ts'

const bodyBytesMax = 1_000_000
const structured = new Set(['blocks', 'metadata', 'include_all_metadata', 'limit'])

/** JSON, or a form (or query) whose structured values are JSON in their turn, as Slack takes them. */
export async function readArguments(request: IncomingMessage): Promise<Arguments> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    const piece = Buffer.from(chunk)
    chunks.push(piece)
    bytes += piece.length
    if (bytes > bodyBytesMax) throw new RangeError('The body is too large')
  }
  const body = Buffer.concat(chunks).toString()
  if (request.headers['content-type']?.startsWith('application/json')) {
    const given: unknown = JSON.parse(body)
    return isObject(given) ? given : {}
  }
  const query = new URL(request.url ?? '/', 'http://slack').searchParams
  const pairs = [...query, ...new URLSearchParams(body)]
  return Object.fromEntries(
    pairs.map(([name, value]) => [name, structured.has(name) ? JSON.parse(value) : value]),
  )
}

/** Why the caller is not let in, or null. The token comes in the head or, in older clients, among the arguments. */
export function refuseStranger(
  request: IncomingMessage,
  given: Arguments,
  token: string,
): SlackAnswer | null {
  const shown = request.headers.authorization?.replace(/^Bearer /, '') ?? given.token
  if (shown === undefined) return { ok: false, error: 'not_authed' }
  return shown === token ? null : { ok: false, error: 'invalid_auth' }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  head: Record<string, string> = {},
): void {
  if (response.destroyed || response.headersSent) return
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...head })
  response.end(JSON.stringify(body))
}

/** The head of an answer and half of its body; then the connection breaks. */
export function sendHalf(response: ServerResponse, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body))
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': bytes.length,
  })
  response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy())
}
