import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Manifest } from '#lib/domain/manifest.ts'

/**
 * `sha256:` and the hex SHA-256 of the manifest's canonical JSON (RFC 8785): the order of keys and the way a number is
 * written do not count, everything else does.
 */
export function digestOf(manifest: Manifest): string {
  const canonical = canonicalize(manifest)
  if (canonical === undefined) throw new TypeError('a manifest is a JSON object')
  return `sha256:${createHash('sha256').update(canonical, 'utf8').digest('hex')}`
}
