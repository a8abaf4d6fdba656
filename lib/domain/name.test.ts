import { expect, test } from 'vitest'
import { formatVersionRef, parseVersionRef, versionNamePattern } from './name.ts'

const digest = '9f31c07e'.repeat(8)

test.each(['2.4.0', '2026-11-28', 'build.4711+abc', digest, `sha256:${digest}`, 'x'.repeat(128)])(
  'a version may be called %s, and a reference reads back',
  (version) => {
    expect(version).toMatch(versionNamePattern)
    const ref = { agent: 'support-agent', version }
    expect(parseVersionRef(formatVersionRef(ref))).toEqual(ref)
  },
)

test.each([
  'x'.repeat(129),
  'sha256:',
  `sha256:${digest.slice(1)}`,
  `sha256:${digest}0`,
  `SHA256:${digest}`,
  `sha512:${digest}`,
  'a:b',
  'feature/foo',
  'a@b',
  '..',
  '-x',
  '',
  '1.0 ',
  '1.0\n',
])('and not %j', (version) => expect(version).not.toMatch(versionNamePattern))
