import { refusals, type RouteDescription } from './describe.ts'
import {
  agentAnswerSchema,
  agentPutSchema,
  auditEntrySchema,
  auditQuerySchema,
  capabilityAnswerSchema,
  capabilityEngageSchema,
  healthSchema,
  openApiSchema,
  operateSchema,
  rolloutAnswerSchema,
  rolloutStartSchema,
  stableAdoptSchema,
  versionAnswerSchema,
  versionRegisterSchema,
} from './schemas.ts'

/** Every call of the panel's API. */

const reading = [
  'unauthenticated',
  'forbidden',
  'missing',
  'rate_limited',
  'internal',
  'unavailable',
] as const
const writing = ['bad_input', ...reading, 'too_large', 'unsupported_media_type'] as const

const health: RouteDescription = {
  name: 'readHealth',
  method: 'get',
  path: '/api/health',
  scope: null,
  summary: 'Whether the panel can do its job',
  responses: [
    { status: 200, description: 'It can', schema: healthSchema },
    { status: 503, description: 'It cannot', schema: healthSchema },
  ],
}

const description: RouteDescription = {
  name: 'readDescription',
  method: 'get',
  path: '/api/v1/openapi.json',
  scope: null,
  summary: 'This description',
  responses: [{ status: 200, description: 'An OpenAPI 3.1 document', schema: openApiSchema }],
}

const agents: readonly RouteDescription[] = [
  {
    name: 'readAgent',
    method: 'get',
    path: '/api/v1/agents/{agent}',
    scope: 'read',
    summary: 'An agent: its versions with their locks, its live rollout, what it may do',
    responses: [
      { status: 200, description: 'The agent', schema: agentAnswerSchema },
      ...refusals(...reading),
    ],
  },
  {
    name: 'putAgent',
    method: 'put',
    path: '/api/v1/agents/{agent}',
    scope: 'deploy',
    summary: 'Creates an agent, or changes what is said of it',
    request: { body: agentPutSchema },
    responses: [
      { status: 200, description: 'Changed', schema: agentAnswerSchema },
      { status: 201, description: 'Created', schema: agentAnswerSchema },
      ...refusals(...writing),
    ],
  },
  {
    name: 'registerVersion',
    method: 'post',
    path: '/api/v1/agents/{agent}/versions',
    scope: 'deploy',
    summary: 'Registers one immutable version by its manifest',
    request: { body: versionRegisterSchema },
    responses: [
      { status: 200, description: 'The same was there already', schema: versionAnswerSchema },
      { status: 201, description: 'Registered', schema: versionAnswerSchema },
      ...refusals(...writing, 'exists'),
    ],
  },
  {
    name: 'adoptStable',
    method: 'put',
    path: '/api/v1/agents/{agent}/stable',
    scope: 'deploy',
    summary: 'Adopts the first stable version of an agent that has none',
    request: { body: stableAdoptSchema },
    responses: [
      { status: 200, description: 'Adopted', schema: agentAnswerSchema },
      ...refusals(...writing, 'exists', 'locked'),
    ],
  },
]

const start: RouteDescription = {
  name: 'startRollout',
  method: 'post',
  path: '/api/v1/agents/{agent}/rollouts',
  scope: 'deploy',
  summary: 'Starts a rollout from its document, as YAML or as the same in JSON',
  request: { body: rolloutStartSchema, contentTypes: ['application/yaml', 'application/json'] },
  idempotencyKey: true,
  responses: [
    { status: 201, description: 'Started', schema: rolloutAnswerSchema },
    {
      status: 200,
      description:
        'The rollout that this Idempotency-Key started before, and that is over: nothing was started',
      schema: rolloutAnswerSchema,
    },
    ...refusals(...writing, 'approval_needed', 'not_now', 'locked', 'exists'),
  ],
}

const rollout: RouteDescription = {
  name: 'readRollout',
  method: 'get',
  path: '/api/v1/rollouts/{id}',
  scope: 'read',
  summary: 'How a rollout stands',
  responses: [
    { status: 200, description: 'The rollout', schema: rolloutAnswerSchema },
    ...refusals(...reading),
  ],
}

const operations = [
  [
    'rollback',
    'rollBackRollout',
    'Sends all traffic back to the stable version; repeated, answers with the first time',
  ],
  ['pause', 'pauseRollout', 'Stops a rollout at its present weight'],
  ['resume', 'resumeRollout', 'Lets a paused rollout move again'],
  ['promote', 'promoteRollout', 'Opens the next stage now; to 100 % it takes a reason'],
] as const

const rollbackRefusals = ['not_started', 'rollback_window_over', 'no_rollback_plan'] as const

const operating: readonly RouteDescription[] = operations.map(([verb, name, summary]) => ({
  name,
  method: 'post',
  path: `/api/v1/rollouts/{id}/${verb}`,
  scope: 'operate',
  summary,
  request: { body: operateSchema, required: false },
  idempotencyKey: true,
  responses: [
    { status: 200, description: 'The rollout after it', schema: rolloutAnswerSchema },
    ...refusals(
      ...writing,
      'stale',
      'exists',
      ...(verb === 'rollback' ? rollbackRefusals : (['not_now', 'locked'] as const)),
    ),
  ],
}))

const switches: readonly RouteDescription[] = (
  [
    ['engageSwitch', '/api/v1/agents/{agent}/capabilities/{name}', 'of one agent'],
    ['engageSwitchOfAll', '/api/v1/capabilities/{name}', 'of every agent'],
  ] as const
).map(([name, path, whose]) => ({
  name,
  method: 'post',
  path,
  scope: 'operate',
  summary: `Engages a kill switch ${whose}: the capability is denied until two people release it`,
  request: { body: capabilityEngageSchema },
  idempotencyKey: true,
  responses: [
    { status: 200, description: 'Denied', schema: capabilityAnswerSchema },
    ...refusals(...writing, 'exists'),
  ],
}))

const audit: RouteDescription = {
  name: 'readAudit',
  method: 'get',
  path: '/api/v1/audit',
  scope: 'read',
  summary: 'The record, oldest first, one JSON object a line, with its hash chain',
  query: auditQuerySchema,
  responses: [
    { status: 200, description: 'Entries', schema: auditEntrySchema, contentType: 'application/x-ndjson' },
    ...refusals('bad_input', ...reading),
  ],
}

export const routes: readonly RouteDescription[] = [
  health,
  description,
  ...agents,
  start,
  rollout,
  ...operating,
  ...switches,
  audit,
]
