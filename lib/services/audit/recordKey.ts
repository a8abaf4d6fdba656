import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { PublishedKey } from '#lib/domain/checkpoint.ts'

/** The key that signs checkpoints. It is in the data folder, and never in the database. */
export interface RecordKey {
  readonly published: PublishedKey
  /** Ed25519 over the text, in base64. */
  sign(text: string): string
}

/** What stands before the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410). */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')
const rawPublicBytes = 32

/** The key whose seed is these 64 hex digits. Throws on anything else. */
export function recordKeyOf(seedHex: string): RecordKey {
  if (!/^[0-9a-f]{64}$/.test(seedHex)) throw new Error('The key of the record is not 64 hex digits')
  const pkcs8 = Buffer.concat([pkcs8Head, Buffer.from(seedHex, 'hex')])
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-rawPublicBytes)
  const name = createHash('sha256').update(raw).digest('hex').slice(0, 16)
  return {
    published: { kind: 'key', algorithm: 'Ed25519', key: name, public: raw.toString('base64') },
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64'),
  }
}

/** The key of this installation, where the launcher said it is; null for a process that was started without it. */
export function findRecordKey(): RecordKey | null {
  const file = process.env.RECORD_KEY_FILE
  return file ? recordKeyOf(readFileSync(file, 'utf8').trim()) : null
}
