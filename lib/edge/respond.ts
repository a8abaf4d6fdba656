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
  const body = {
    type: `urn:switchback:problem:${kind}`,
    title: kind.replaceAll('_', ' '),
    status,
    detail,
    ...(extra.errors ? { errors: extra.errors } : {}),
  }
  const headers = { 'content-type': 'application/problem+json', ...extra.headers }
  send(response, status, Buffer.from(JSON.stringify(body)), headers)
}

export function send(
  response: ServerResponse,
  status: number,
  body: Buffer | Uint8Array | null,
  headers: Readonly<Record<string, string>>,
): void {
  response.writeHead(status, {
    'cache-control': 'no-store',
    'content-length': String(body?.length ?? 0),
    'x-content-type-options': 'nosniff',
    ...headers,
  })
  response.end(body ?? undefined)
}

/** The path and query of a request; a malformed one counts as `/`. */
export function urlOf(request: IncomingMessage): URL {
  return URL.parse(request.url ?? '/', 'http://edge') ?? new URL('http://edge/')
}
