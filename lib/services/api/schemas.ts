import { z } from 'zod'
import { agentNamePattern, versionNamePattern, versionNameWords } from '#lib/domain/name.ts'
import { switchNamePattern } from '#lib/domain/killSwitch.ts'
import { phases, recoveries, switchStatuses } from '#lib/domain/rollout.ts'
import { rolloutDocumentSchema } from '../policy/schema.ts'
import { problemKinds, problemType } from '../problem.ts'
import { manifestSchema } from '../version/manifest.ts'

/** Every body that the panel's API takes and answers. */

/** Bodies that are taken, by the name they have in the OpenAPI document. */
export const requestSchemas = z.registry<{ id: string }>()
/** Bodies that are answered, by the name they have in the OpenAPI document. */
export const answerSchemas = z.registry<{ id: string }>()

const time = z.iso.datetime().meta({ description: 'RFC 3339, UTC.' })
const agentWords = 'lower-case letters, digits, ".", "_" and "-", at most 63'
export const agentName = z.string().regex(agentNamePattern, agentWords)
const versionName = z.string().regex(versionNamePattern, versionNameWords)
const reference = z
  .string()
  .meta({ description: 'A version with its agent.', examples: ['support-agent@2.4.0'] })
const digest = z
  .string()
  .meta({ description: 'SHA-256 of the canonical manifest.', examples: [`sha256:${'0'.repeat(64)}`] })

/** What may stand in a path. */
export const pathParameters: Readonly<Record<string, z.ZodType>> = {
  agent: agentName,
  name: z
    .string()
    .regex(switchNamePattern, 'writes, agent, tool:<name> or tool:*')
    .meta({ description: 'A capability: `writes`, `agent`, `tool:<name>`, or `tool:*` for every tool.' }),
  id: z.string().min(1).max(100).meta({ description: 'The id of a rollout.' }),
}

export const agentPutSchema = z
  .strictObject({
    displayName: z.string().trim().min(1).max(120).optional(),
    alerts: z.strictObject({ channel: z.string().min(1).max(80).nullable() }).optional(),
  })
  .register(requestSchemas, { id: 'AgentPut' })

export const versionRegisterSchema = z
  .strictObject({ version: versionName, manifest: manifestSchema })
  .register(requestSchemas, { id: 'VersionRegister' })

export const stableAdoptSchema = z
  .strictObject({ version: versionName, reason: z.string().trim().min(1).max(2000) })
  .register(requestSchemas, { id: 'StableAdopt' })

export const operateSchema = z
  .strictObject({
    reason: z.string().trim().max(2000).optional(),
    seenVersion: z.int().nonnegative().optional().meta({
      description: 'The `version` of the rollout as you saw it; if it moved since, nothing is done.',
    }),
  })
  .register(requestSchemas, { id: 'Operate' })

export const capabilityEngageSchema = z
  .strictObject({
    state: z
      .literal('deny')
      .meta({ description: 'A machine only denies: a person releases, with a second one.' }),
    reason: z.string().trim().max(2000).optional(),
    askAt: z.iso.datetime().optional().meta({
      description: 'When it asks whether it is still needed; it never lifts by itself.',
    }),
  })
  .register(requestSchemas, { id: 'CapabilityEngage' })

/** The rollout document by its name in the API. */
export const rolloutStartSchema = rolloutDocumentSchema.register(requestSchemas, { id: 'RolloutDocument' })

export const auditQuerySchema = z.strictObject({
  agent: agentName.optional().meta({ description: 'One agent; every agent of the token when left out.' }),
  after: z.coerce
    .number()
    .int()
    .nonnegative()
    .default(0)
    .meta({ description: 'Begin after this `seq` (of one agent) or this `position` (of all).' }),
  limit: z.coerce.number().int().min(1).max(5_000).default(1000),
})

export const healthSchema = z
  .looseObject({
    status: z.enum(['ok', 'degraded', 'down']),
    database: z.enum(['ok', 'unreachable']),
    guard: z.enum(['ok', 'silent', 'unknown']),
    edge: z.enum(['ok', 'silent', 'unknown']),
  })
  .register(answerSchemas, { id: 'Health' })

export const versionAnswerSchema = z
  .looseObject({
    agent: z.string(),
    version: z.string(),
    digest,
    locked: z.boolean().meta({ description: 'This content may get no traffic.' }),
  })
  .register(answerSchemas, { id: 'VersionAnswer' })

const decisionSchema = z
  .looseObject({
    outcome: z.enum(['allow', 'hold', 'stop']),
    reason: z
      .string()
      .nullable()
      .meta({ description: 'One of the closed list of reasons; null when allowed.' }),
    because: z.string().meta({ description: 'The numbers, for a person.' }),
    at: time,
  })
  .register(answerSchemas, { id: 'Decision' })

export const rolloutAnswerSchema = z
  .looseObject({
    id: z.string(),
    agent: z.string(),
    stable: reference,
    candidate: reference,
    phase: z.enum(phases),
    stage: z.string(),
    weightPercent: z.number().min(0).max(100).meta({ description: 'Ordered share of the candidate.' }),
    decision: decisionSchema
      .nullable()
      .meta({ description: 'The newest decision; null before the first check.' }),
    candidateLocked: z.boolean(),
    switchStatus: z.enum(switchStatuses).nullable(),
    recovery: z.enum(recoveries).nullable(),
    incident: z.string().nullable().meta({ description: 'The id of the incident that a stop opened.' }),
    version: z.int().meta({ description: 'Counts the changes; send it back as `seenVersion`.' }),
    approvalAsked: z.boolean().meta({ description: 'The next stage waits for a person.' }),
    suppressed: z.int().meta({ description: 'Signals that came after the rollback.' }),
    policyVersion: z.int(),
    alreadyRolledBack: z.boolean().optional().meta({ description: 'True when a rollback was repeated.' }),
    notes: z.array(z.string()).optional().meta({
      description:
        'How a key of the document was read, and what to know before: which recovery can be proven, which limit has no data.',
    }),
  })
  .register(answerSchemas, { id: 'Rollout' })

const lockSchema = z.looseObject({ reason: z.string(), at: time, incident: z.string().nullable() })

export const agentAnswerSchema = z
  .looseObject({
    agent: z.string(),
    displayName: z.string(),
    stable: z.string().nullable().meta({ description: 'The version that traffic falls back to.' }),
    versions: z.array(
      z.looseObject({
        version: z.string(),
        digest,
        locked: z.boolean(),
        lock: lockSchema.nullable(),
        attested: z.boolean(),
        createdAt: time,
      }),
    ),
    rollout: z.string().nullable().meta({ description: 'The id of the live rollout.' }),
    capabilities: z.array(
      z.looseObject({
        name: z.string(),
        state: z.enum(['allow', 'deny']),
        onUnknown: z.enum(['allow', 'deny']),
        reason: z.string(),
        since: time,
      }),
    ),
  })
  .register(answerSchemas, { id: 'Agent' })

export const capabilityAnswerSchema = z
  .looseObject({
    agent: z.string().meta({ description: 'The agent, or `*` for every agent.' }),
    name: z.string(),
    state: z.literal('deny'),
    revision: z.int().meta({ description: 'The revision of the routing table that denies it.' }),
    alreadyDenied: z.boolean(),
  })
  .register(answerSchemas, { id: 'Capability' })

/** One line of the record. Keys are always there; null where one does not apply. */
export const auditEntrySchema = z
  .looseObject({
    chain: z.string(),
    seq: z.int(),
    timestamp: time,
    actor: z.looseObject({ kind: z.string(), id: z.string(), name: z.string() }),
    action: z.string(),
    agent: z.string().nullable(),
    rollout: z.string().nullable(),
    incident: z.string().nullable(),
    run_id: z.string().nullable(),
    outcome: z.string().nullable(),
    reason: z.string().nullable(),
    from_version: reference.nullable(),
    to_version: reference.nullable(),
    stage: z.string().nullable(),
    switch_status: z.string().nullable(),
    policy_version: z.int().nullable(),
    details: z.record(z.string(), z.unknown()).nullable(),
    position: z.int().meta({ description: 'Place in the order of all chains.' }),
    prev_hash: z.string().meta({ description: 'Hash of the entry before, 64 hex digits.' }),
    hash: z.string().meta({ description: 'SHA-256 of prev_hash and the entry, 64 hex digits.' }),
  })
  .register(answerSchemas, { id: 'AuditEntry' })

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])

const fieldErrorSchema = z
  .looseObject({
    path: z.string().meta({ examples: ['rollback.triggers.error_rate', 'stages[1].weight_percent'] }),
    given: scalar,
    expected: z.string(),
    line: z.int().positive().optional(),
  })
  .register(answerSchemas, { id: 'FieldError' })

export const problemSchema = z
  .looseObject({
    type: z.enum(problemKinds.map(problemType)),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(fieldErrorSchema).optional(),
  })
  .register(answerSchemas, { id: 'Problem' })

/** The description of this API, itself OpenAPI 3.1. */
export const openApiSchema = z.looseObject({ openapi: z.string() })
