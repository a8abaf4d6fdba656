import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** Secrets as they are kept: tokens by their SHA-256 (they are random), passwords by scrypt (they are not). */

/** How much a password costs to try: 128·N·r bytes, here 64 MiB. OWASP's scrypt parameters of 2025 or dearer. */
const cost = { N: 2 ** 16, r: 8, p: 2, maxmem: 160 * 1024 * 1024 }
const keyLength = 32

/** A new random secret with 160 bits, in lower-case hex, after its prefix. */
export function newSecret(prefix: string): string {
  return `${prefix}${randomBytes(20).toString('hex')}`
}

/** What every API token begins with, so that a secret scanner knows one. */
export const tokenPrefix = 'swb_'

/** How a token looks: its prefix, 160 random bits in hex, and the CRC-32 of both, by which a scanner tells it from chance. */
export const tokenPattern = /\bswb_[0-9a-f]{40}_[0-9a-f]{8}\b/

/** A new API token's secret. */
export function newTokenSecret(): string {
  const body = newSecret(tokenPrefix)
  return `${body}_${checksum(body)}`
}

/** Whether this is written as a token of ours is, checksum included. Says nothing of whether it is good for anything. */
export function looksLikeToken(text: string): boolean {
  const at = text.lastIndexOf('_')
  return tokenPattern.exec(text)?.[0] === text && checksum(text.slice(0, at)) === text.slice(at + 1)
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0')
}

/** What is kept of a random secret. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** What is kept of a password: `scrypt$N$r$p$salt$key`, hex. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, salt, cost)
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('hex'), key.toString('hex')].join('$')
}

/** Whether this is the password. Takes the same time whether or not. */
export async function isPassword(password: string, kept: string): Promise<boolean> {
  const [kind, n, r, p, salt, key] = kept.split('$')
  if (kind !== 'scrypt' || !salt || !key) return false
  const used = { N: Number(n), r: Number(r), p: Number(p), maxmem: cost.maxmem }
  const derived = await derive(password, Buffer.from(salt, 'hex'), used)
  const expected = Buffer.from(key, 'hex')
  return derived.length === expected.length && timingSafeEqual(derived, expected)
}

function derive(password: string, salt: Buffer, parameters: typeof cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, keyLength, parameters, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}
