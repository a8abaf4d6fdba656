import { z } from 'zod'
import { agentNamePattern, versionNamePattern } from '#lib/domain/name.ts'
import { metricFamilies, sessionModes } from '#lib/domain/policy.ts'
import { durationPattern, readDuration } from './duration.ts'

/** The shape of the rollout document. Ranges, and what must hold between fields, are `policyRules`. */

const reference = 'a version such as support-agent@2.3.3'
const bare = (pattern: RegExp) => pattern.source.replace(/^\^|\$$/g, '')
const versionReference = z
  .string({ error: reference })
  .regex(new RegExp(`^${bare(agentNamePattern)}@${bare(versionNamePattern)}$`), reference)

const period = 'a duration such as 30s, 10m, 1h30m or 24h, or whole seconds'
const isWhole = (text: string) => !durationPattern.test(text) || Number.isInteger(readDuration(text))
const duration = z.union(
  [
    z.int().nonnegative(),
    z.string().regex(durationPattern, period).refine(isWhole, 'a duration that comes to whole seconds'),
  ],
  { error: period },
)

const actions = ['rollback', 'approval'] as const
const aMean = 'a mean as a number between 0 and 1, such as 0.7'
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

const withAction = { action: z.enum(actions).optional() }

/** A limit on one metric: the number alone, or with what a breach does. */
function named<K extends string>(key: K, words: string) {
  const limit = { [key]: z.number({ error: words }) } as { [key in K]: z.ZodNumber }
  return z.union([z.number({ error: words }), z.strictObject({ ...limit, ...withAction })], {
    error: `${words}, or an object with ${key} and action`,
  })
}

const byName = 'an object with a name for each'
const shareOfRuns = z.strictObject(
  {
    attribute: z.string().meta({ description: 'The key of an attribute of the run span.' }),
    value: z
      .union([z.string(), z.number(), z.boolean()], { error: 'a value: text, a number, true or false' })
      .meta({ description: 'Compared as text.' }),
    max: z.number({ error: aShare }),
    family: z.enum(metricFamilies).optional().meta({ description: 'quality when left out.' }),
    ...withAction,
  },
  {
    error: (issue) => (issue.code === 'invalid_type' ? 'an object with attribute, value and max' : undefined),
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
  scores: z
    .record(z.string(), named('min', aMean), { error: byName })
    .optional()
    .meta({ description: 'The mean that a score has to reach, by the name of the score.' }),
  feedback: named('max', aShare)
    .nullable()
    .optional()
    .meta({ description: 'Limit on the share of negative feedback; null for none.' }),
  tools: z
    .record(z.string(), named('limit', aShare), { error: byName })
    .optional()
    .meta({ description: 'Limit on the share of failed calls of one tool, by the name of the tool.' }),
  shares: z
    .record(z.string(), shareOfRuns, { error: byName })
    .optional()
    .meta({ description: 'Limit on the share of runs on which an attribute has a value.' }),
  cancelled: z
    .array(z.string({ error: 'an error type such as AbortError' }), { error: 'a list of error types' })
    .optional()
    .meta({ description: 'The error types of runs that their user stopped; takes the place of the list.' }),
  stages: z.array(stage).optional(),
  evidence: z
    .strictObject({
      tolerance: z.number().optional(),
      false_rollback_rate: z.number().optional(),
      horizon: duration.optional(),
      stale_after: duration.optional(),
      max_blind_spot: z.number().optional(),
      warmup: duration.optional(),
      unattributed_max: z.number({ error: aShare }).optional(),
    })
    .optional(),
  alerts: z.strictObject({ channel: z.string().nullable().optional() }).optional(),
})
export type WrittenDocument = z.infer<typeof rolloutDocumentSchema>
export type WrittenTrigger = NonNullable<WrittenDocument['rollback']['triggers']['error_rate']>
