import type { IncomingMessage } from 'node:http'
import { createGunzip, type Gunzip } from 'node:zlib'
import { type InFlightShare, overloadWords } from './inFlight.ts'

export interface BodyLimits {
  /** As it comes over the wire. */
  readonly wireBytesMax: number
  /** After decompression. */
  readonly bytesMax: number
  /** How long nothing may come. */
  readonly stallMs: number
  /** How long the whole may take, so that one byte now and then does not hold a connection. */
  readonly totalMs: number
}

export const bodyLimits: BodyLimits = {
  wireBytesMax: 16 * 2 ** 20,
  bytesMax: 16 * 2 ** 20,
  stallMs: 5_000,
  totalMs: 30_000,
}

export type Body =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly status: 400 | 408 | 413 | 415 | 429; readonly detail: string }

/**
 * The body of a request, decompressed. Reads no further than a limit: a gzip bomb costs no more than
 * `bytesMax`. Never throws. After a refusal the rest is unread, so answer with `connection: close`. Bytes are taken out of
 * `share` before they are kept; where it has no room, the sender is to come again (429).
 */
export async function readBody(
  request: IncomingMessage,
  limits: BodyLimits = bodyLimits,
  share: InFlightShare = unbounded,
): Promise<Body> {
  const coding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (coding !== 'identity' && coding !== 'gzip') {
    return refuse(415, `Content-Encoding ${coding.slice(0, 40)} is not read here; send gzip or identity`)
  }
  const declared = Number(request.headers['content-length'] ?? 0)
  if (declared > limits.wireBytesMax) return tooLarge(`The body has ${declared} bytes`, limits.wireBytesMax)
  const gunzip = coding === 'gzip' ? createGunzip() : null
  return new Promise((resolve) => collect(request, { gunzip, limits, share }, resolve))
}

const unbounded: InFlightShare = { take: () => true, end: () => undefined }

interface Reading {
  readonly gunzip: Gunzip | null
  readonly limits: BodyLimits
  readonly share: InFlightShare
}

function collect(
  request: IncomingMessage,
  { gunzip, limits, share }: Reading,
  resolve: (body: Body) => void,
): void {
  const chunks: Uint8Array[] = []
  let wireBytes = 0
  let bytes = 0

  const patience = startPatience(limits, (detail) => finish(refuse(408, detail)))

  function finish(body: Body): void {
    patience.end()
    request.off('data', take).off('end', end).off('close', cutOff).off('error', cutOff)
    request.on('error', ignore)
    if (!body.ok) request.pause()
    // Without the listeners, what is still inflating would throw.
    gunzip?.removeAllListeners('data').removeAllListeners('end').on('error', ignore).destroy()
    resolve(body)
  }

  function take(chunk: Uint8Array): void {
    patience.renew()
    wireBytes += chunk.length
    if (wireBytes > limits.wireBytesMax) {
      finish(tooLarge('The body is larger than is read', limits.wireBytesMax))
    } else if (!gunzip) {
      keep(chunk)
    } else if (!gunzip.write(chunk)) {
      request.pause()
      gunzip.once('drain', () => request.resume())
    }
  }

  function keep(chunk: Uint8Array): void {
    bytes += chunk.length
    if (bytes > limits.bytesMax)
      finish(tooLarge('The body decompresses to more than is read', limits.bytesMax))
    else if (!share.take(chunk.length)) finish(refuse(429, overloadWords))
    else chunks.push(chunk)
  }

  function end(): void {
    if (gunzip) gunzip.end()
    else finish({ ok: true, bytes: Buffer.concat(chunks) })
  }

  function cutOff(): void {
    if (!request.complete) finish(refuse(400, 'The connection closed before the body was whole'))
  }

  gunzip?.on('data', keep)
  gunzip?.on('end', () => finish({ ok: true, bytes: Buffer.concat(chunks) }))
  gunzip?.on('error', () => finish(refuse(400, 'The body is not whole gzip')))
  request.on('data', take).on('end', end).on('close', cutOff).on('error', cutOff)
}

/** Gives up once nothing has come for too long, or the whole takes too long. */
function startPatience(limits: BodyLimits, giveUp: (detail: string) => void) {
  const stall = setTimeout(() => giveUp(`No data for ${limits.stallMs} ms`), limits.stallMs)
  const total = setTimeout(() => giveUp(`The body took longer than ${limits.totalMs} ms`), limits.totalMs)
  return {
    renew: () => stall.refresh(),
    end() {
      clearTimeout(stall)
      clearTimeout(total)
    },
  }
}

function ignore(): void {}

function refuse(status: 400 | 408 | 413 | 415 | 429, detail: string): Body {
  return { ok: false, status, detail }
}

function tooLarge(what: string, max: number): Body {
  return refuse(413, `${what}; at most ${max} bytes are taken`)
}
