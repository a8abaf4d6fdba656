import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Actor } from '#lib/domain/actor.ts'
import { everyAgent } from '#lib/domain/killSwitch.ts'
import { type AuditBody, type AuditLine, genesisHash, systemChain } from '#lib/domain/audit.ts'
import type { Tx } from './transaction.ts'

/** The hash of an entry: SHA-256 over the hash before it and its own canonical JSON (RFC 8785), as lower-case hex. */
export function entryHash(prevHash: string, body: string): string {
  return createHash('sha256').update(prevHash).update(body).digest('hex')
}

/** An entry's canonical JSON: what is hashed, kept, and exported. */
export function canonicalBody(body: AuditBody): string {
  const text = canonicalize(body)
  if (text === undefined) throw new TypeError('An audit entry cannot be written as JSON')
  return text
}

/**
 * Adds one entry to its chain (the agent's, or the system's where no agent, or every agent, is in question). The chain's
 * end stays locked until the transaction ends, so that entries follow each other without a gap.
 */
export async function writeAudit(tx: Tx, line: AuditLine, actor: Actor, now: Date): Promise<bigint> {
  const agent = line.agent === everyAgent ? null : (line.agent ?? null)
  const chain = agent ?? systemChain
  await tx.$executeRaw`
    INSERT INTO audit_chain (chain, seq, hash) VALUES (${chain}, 0, ${genesisHash}) ON CONFLICT DO NOTHING`
  const ends = await tx.$queryRaw<{ seq: bigint; hash: string }[]>`
    SELECT seq, hash FROM audit_chain WHERE chain = ${chain} FOR UPDATE`
  const end = ends[0]
  if (!end) throw new Error(`The audit chain ${chain} has no end`)

  const seq = end.seq + 1n
  const body = canonicalBody({
    chain,
    seq: Number(seq),
    timestamp: now.toISOString(),
    actor: { kind: actor.kind, id: actor.id, name: actor.name },
    action: line.action,
    agent,
    rollout: line.rollout ?? null,
    incident: line.incident ?? null,
    run_id: line.runId ?? null,
    outcome: line.outcome ?? null,
    reason: line.reason ?? null,
    from_version: line.fromVersion ?? null,
    to_version: line.toVersion ?? null,
    stage: line.stage ?? null,
    switch_status: line.switchStatus ?? null,
    policy_version: line.policyVersion ?? null,
    details: line.details ?? null,
  })
  const hash = entryHash(end.hash, body)
  await tx.auditEntry.create({
    data: {
      chain,
      seq,
      at: now,
      action: line.action,
      agent,
      rolloutId: line.rollout ?? null,
      incidentId: line.incident ?? null,
      actorKind: actor.kind,
      actorId: actor.id,
      outcome: line.outcome ?? null,
      reason: line.reason ?? null,
      body,
      prevHash: end.hash,
      hash,
    },
  })
  await tx.$executeRaw`UPDATE audit_chain SET seq = ${seq}, hash = ${hash} WHERE chain = ${chain}`
  return seq
}
