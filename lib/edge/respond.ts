import type { IncomingMessage, ServerResponse } from 'node:http'

/** Answers of the edge: head and body in one go, JSON, never cached. */

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  send(response, status, Buffer.from(JSON.stringify(body)), {
    'content-type': 'application/json',
    ...headers,
  })
}

/** An error as RFC 9457 wants it: a type that stays, a title, and a sentence a person understands. */
export function sendProblem(
  response: ServerResponse,
  status: number,
  kind: string,
  detail: string,
  extra: { readonly errors?: readonly unknown[]; readonly headers?: Readonly<Record<string, string>> } = {},
): void {
  const body = { ...problemOf(status, kind, detail), ...(extra.errors ? { errors: extra.errors } : {}) }
  const headers = { 'content-type': 'application/problem+json', ...extra.headers }
  send(response, status, Buffer.from(JSON.stringify(body)), headers)
}

/** How long the rest of a request is taken in and thrown away after its answer. Milliseconds. */
const lingerMs = 1_000

/**
 * The same of a request whose body was not read to its end. The connection ends with it, but not at once: whoever still
 * sends would find it broken, and never see the answer.
 */
export function sendProblemUnread(
  request: IncomingMessage,
  response: ServerResponse,
  problem: { readonly status: number; readonly kind: string; readonly detail: string },
  headers: Readonly<Record<string, string>> = {},
): void {
  const { status, kind, detail } = problem
  const body = Buffer.from(JSON.stringify(problemOf(status, kind, detail)))
  response.writeHead(status, {
    ...fixedHeaders(body),
    'content-type': 'application/problem+json',
    connection: 'close',
    ...headers,
  })
  response.write(body)
  const end = () => {
    clearTimeout(patience)
    response.end()
  }
  const patience = setTimeout(end, lingerMs)
  request.once('end', end).once('close', end).resume()
}

function problemOf(status: number, kind: string, detail: string) {
  return { type: `urn:switchback:problem:${kind}`, title: kind.replaceAll('_', ' '), status, detail }
}

function fixedHeaders(body: Uint8Array | null) {
  return {
    'cache-control': 'no-store',
    'content-length': String(body?.length ?? 0),
    'x-content-type-options': 'nosniff',
  }
}

export function send(
  response: ServerResponse,
  status: number,
  body: Buffer | Uint8Array | null,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(status, { ...fixedHeaders(body), ...headers })
  response.end(body ?? undefined)
}

/** The path and query of a request; a malformed one counts as `/`. */
export function urlOf(request: IncomingMessage): URL {
  return URL.parse(request.url ?? '/', 'http://edge') ?? new URL('http://edge/')
}
