/** The names people and machines use: `support-agent`, `2.4.0`, `support-agent@2.4.0`. */

/** What an agent may be called. No `/` or `@`: the name stands inside flag keys, addresses and version references. */
export const agentNamePattern = /^[a-z0-9][a-z0-9._-]{0,62}$/

/**
 * What a version may be called: semantic versions, dates, build numbers, commit hashes, image digests. The colon of
 * `sha256:…` stands in no other name. No `/` or `@`, as for agents.
 */
export const versionNamePattern = /^(?:sha256:[0-9a-f]{64}|[A-Za-z0-9][A-Za-z0-9._+-]{0,127})$/

/** The same in words. */
export const versionNameWords =
  'letters, digits, ".", "_", "+" and "-", at most 128, or sha256: and 64 hex digits'

/** One version of one agent, by name. */
export interface VersionRef {
  readonly agent: string
  readonly version: string
}

/** `support-agent@2.4.0`: how a version is written wherever the agent is not already plain. */
export function formatVersionRef(ref: VersionRef): string {
  return `${ref.agent}@${ref.version}`
}

/** Reads `support-agent@2.4.0`; null when it is not written so. */
export function parseVersionRef(text: string): VersionRef | null {
  const [agent, version, ...rest] = text.split('@')
  if (!agent || !version || rest.length > 0) return null
  if (!agentNamePattern.test(agent) || !versionNamePattern.test(version)) return null
  return { agent, version }
}
