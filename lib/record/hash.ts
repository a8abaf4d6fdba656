/** Hashes with WebCrypto, which browsers and Node both have. */

const encoder = new TextEncoder()

/** SHA-256 of a text, as lower-case hex. */
export async function sha256(text: string): Promise<string> {
  return hex(await crypto.subtle.digest('SHA-256', encoder.encode(text)))
}

/** How a key is named: the first 16 hex digits of SHA-256 over its raw bytes. */
export async function keyName(publicBase64: string): Promise<string> {
  return hex(await crypto.subtle.digest('SHA-256', bytesOf(publicBase64))).slice(0, 16)
}

/** Null where this browser does not know Ed25519. */
export async function importPublicKey(publicBase64: string): Promise<CryptoKey | null> {
  try {
    return await crypto.subtle.importKey('raw', bytesOf(publicBase64), 'Ed25519', false, ['verify'])
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotSupportedError') return null
    throw error
  }
}

export async function isSigned(key: CryptoKey, signatureBase64: string, text: string): Promise<boolean> {
  return await crypto.subtle.verify('Ed25519', key, bytesOf(signatureBase64), encoder.encode(text))
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

function hex(buffer: ArrayBuffer): string {
  let text = ''
  for (const byte of new Uint8Array(buffer)) text += digits[byte]
  return text
}
