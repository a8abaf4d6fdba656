import { z } from 'zod'
import { agentNamePattern, versionNamePattern } from '#lib/domain/name.ts'
import { sessionModes } from '#lib/domain/policy.ts'
import { durationPattern } from './duration.ts'

/** The shape of the rollout document. Ranges, and what must hold between fields, are `policyRules`. */

const reference = 'a version such as support-agent@2.3.3'
const bare = (pattern: RegExp) => pattern.source.replace(/^\^|\$$/g, '')
const versionReference = z
  .string({ error: reference })
  .regex(new RegExp(`^${bare(agentNamePattern)}@${bare(versionNamePattern)}$`), reference)

const period = 'a duration such as 30s, 10m or 24h, or whole seconds'
const duration = z.union([z.int().nonnegative(), z.string().regex(durationPattern, period)], {
  error: period,
})

const actions = ['rollback', 'approval'] as const
const aShare = 'a share as a number, such as 0.05 for 5 %'

function trigger(limit: string, description: string) {
  return z
    .union(
      [
        z.number({ error: limit }),
        z.strictObject({ limit: z.number({ error: limit }), action: z.enum(actions).optional() }),
      ],
      { error: `${limit}, or an object with limit and action` },
    )
    .optional()
    .meta({ description })
}

const triggers = z.strictObject(
  {
    error_rate: trigger(aShare, 'Limit on the share of failed runs, above 0 and at most 1.'),
    error_rate_p95: trigger(aShare, 'Read as the limit on error_rate; not both.'),
    latency_p95_ms: trigger(
      'milliseconds as a number',
      'Limit on the 95th percentile of run latency, milliseconds.',
    ),
    tool_failure_rate: trigger(aShare, 'Limit on the share of tool calls that fail, above 0 and at most 1.'),
    cost_per_run_usd: trigger(
      'US dollars as a number',
      'The budget: limit on the mean cost of a run, US dollars.',
    ),
  },
  {
    error: (issue) =>
      issue.code === 'invalid_type' ? 'at least one limit, such as error_rate: 0.05' : undefined,
  },
)

const stage = z.strictObject({
  name: z.string().meta({ description: 'Unique; letters, digits, ".", "_", "-" and "%".' }),
  weight_percent: z
    .number()
    .meta({ description: 'Share of traffic; rises from stage to stage, 100 in the last.' }),
  hold: duration
    .optional()
    .meta({ description: 'Minimum time in the stage; 10m, and 0s at 100 %, when left out.' }),
  gate: z
    .enum(['auto', 'approval'])
    .optional()
    .meta({ description: 'What stands before the stage; approval at 100 %, else auto, when left out.' }),
})

/** The rollout document as it is written. What is left out is as in the policy in force, or in `defaultPolicy` before there is one. */
export const rolloutDocumentSchema = z.strictObject({
  rollback: z.strictObject({
    stable_version: versionReference,
    candidate_version: versionReference,
    triggers,
    lock_candidate_after_rollback: z.boolean().optional(),
    disable_writes_on_rollback: z.boolean().optional(),
    sessions_on_rollback: z.enum(sessionModes).optional(),
    rollback_window: duration.optional(),
    stability_window: duration.optional(),
    recovery_runs_min: z.number().optional(),
    approve_manual_rollback: z.boolean().optional().meta({
      description:
        'Whether rolling back by hand what the policy allows takes a second person; true when left out.',
    }),
  }),
  stages: z.array(stage).optional(),
  evidence: z
    .strictObject({
      tolerance: z.number().optional(),
      false_rollback_rate: z.number().optional(),
      horizon: duration.optional(),
      stale_after: duration.optional(),
      max_blind_spot: z.number().optional(),
    })
    .optional(),
  alerts: z.strictObject({ channel: z.string().nullable().optional() }).optional(),
})
export type WrittenDocument = z.infer<typeof rolloutDocumentSchema>
export type WrittenTrigger = NonNullable<WrittenDocument['rollback']['triggers']['error_rate']>
