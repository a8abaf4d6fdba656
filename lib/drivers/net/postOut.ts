import { lookup as systemLookup, type LookupAddress } from 'node:dns'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { whyNotPublic } from './publicAddress.ts'

/** All addresses of a name, as `dns.lookup` with `all` gives them. */
export type LookUpAll = (
  name: string,
  done: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void

export interface Outbound {
  /** Whether addresses of the own network may be called, and plain http be spoken. */
  readonly allowPrivate: boolean
  /** For the whole call. */
  readonly timeoutMs: number
  readonly lookUp?: LookUpAll
}

export type OutboundAnswer =
  | {
      readonly kind: 'answered'
      readonly status: number
      /** What `Retry-After` says in seconds; null when it says none. */
      readonly retryAfterSeconds: number | null
    }
  /** It was not called, and will not be: a person has to change the address or a setting. */
  | { readonly kind: 'refused'; readonly because: string }
  | { readonly kind: 'failed'; readonly because: string; readonly mayHaveArrived: boolean }

const lookUpAll: LookUpAll = (name, done) => systemLookup(name, { all: true }, done)

/** A name that resolves to where nobody may go. */
class AddressRefused extends Error {}

/** Why this address may not be called at all; null when it depends on what its name resolves to. */
export function whyNotCall(address: string, allowPrivate: boolean): string | null {
  if (!URL.canParse(address)) return 'This is no address'
  const { protocol, username, password, hostname } = new URL(address)
  if (protocol !== 'https:' && protocol !== 'http:') return 'The address has to begin with https://'
  if (username || password) return 'The address may not hold a name or a password'
  if (allowPrivate) return null
  if (protocol === 'http:') return `The address has to begin with https://; ${unless}`
  const host = hostname.replace(/^\[|\]$/g, '')
  const because = isIP(host) ? whyNotPublic(host) : null
  return because && `${because}; ${unless}`
}

const unless = 'the setting SWITCHBACK_ALLOW_PRIVATE_ADDRESSES allows it'

/**
 * Posts to an address that a person gave. The name is resolved once, every address it has is judged, and the connection
 * goes to one of those judged: a name that resolves to something else a moment later gains nothing. A redirect is an
 * answer and is not followed; the answer's body is not read.
 */
export async function postOut(
  address: string,
  message: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  outbound: Outbound,
): Promise<OutboundAnswer> {
  const because = whyNotCall(address, outbound.allowPrivate)
  if (because) return { kind: 'refused', because }
  const url = new URL(address)
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  const body = Buffer.from(message.body)
  const signal = AbortSignal.timeout(outbound.timeoutMs)
  return await new Promise((resolve) => {
    let connected = false
    const call = request(url, {
      method: 'POST',
      headers: { ...message.headers, 'content-length': body.length },
      // A connection of its own: a kept one would go where the name pointed before.
      agent: false,
      lookup: guardedLookup(outbound),
      signal,
    })
    call.on('socket', (socket) => socket.once('connect', () => (connected = true)))
    call.on('response', (response) => {
      const { statusCode = 0, headers } = response
      const after = Number(headers['retry-after'])
      response.on('error', () => {}).destroy()
      resolve({
        kind: 'answered',
        status: statusCode,
        retryAfterSeconds: headers['retry-after'] !== undefined && after >= 0 ? after : null,
      })
    })
    call.on('error', (error: NodeJS.ErrnoException) => {
      if (error instanceof AddressRefused) return resolve({ kind: 'refused', because: error.message })
      const said = signal.aborted
        ? `No answer came within ${outbound.timeoutMs} ms`
        : `The connection failed (${error.code ?? 'no reason is known'})`
      resolve({ kind: 'failed', because: said, mayHaveArrived: connected })
    })
    call.end(body)
  })
}

/** Resolves a name for a connection, and refuses it when any of its addresses is one that may not be called. */
function guardedLookup({ allowPrivate, lookUp = lookUpAll }: Outbound): LookupFunction {
  return (name, options, done) => {
    lookUp(name, (error, addresses) => {
      const [first] = addresses ?? []
      if (error || !first) return done(error ?? new Error('no address'), [])
      for (const { address } of addresses) {
        const because = allowPrivate ? null : whyNotPublic(address)
        if (because) return done(new AddressRefused(`${name} is ${because}; ${unless}`), [])
      }
      if (options.all) done(null, [...addresses])
      else done(null, first.address, first.family)
    })
  }
}
