import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  defaultPolicy,
  metricFamilies,
  metrics,
  type Policy,
  type ScoreRule,
  sessionModes,
  type ShareRule,
  type ToolRule,
  type Trigger,
  wholePolicy,
} from '#lib/domain/policy.ts'
import { byName } from '#lib/domain/policyMetrics.ts'
import { policyFaults } from '#lib/domain/policyRules.ts'
import { policyDigest } from './digest.ts'
import { readRolloutDocument } from './document.ts'
import { policyDocument } from './write.ts'

const given = `rollback:
  stable_version: support-agent@2.3.3
  candidate_version: support-agent@2.4.0
  triggers:
    error_rate_p95: 0.05
    latency_p95_ms: 1800
    tool_failure_rate: 0.03
  lock_candidate_after_rollback: true
`
const stable = { agent: 'support-agent', version: '2.3.3' }
const candidate = { agent: 'support-agent', version: '2.4.0' }

function read(yaml: string) {
  const result = readRolloutDocument({ yaml })
  if (!result.ok) throw new Error(JSON.stringify(result.errors, null, 2))
  return result.value
}

function errors(yaml: string) {
  const result = readRolloutDocument({ yaml })
  if (result.ok) throw new Error('this document should have been refused')
  return result.errors
}

describe('the document of the design', () => {
  test('is accepted as it is, and everything else takes its default', () => {
    expect(read(given)).toEqual({
      stable,
      candidate,
      policy: {
        ...defaultPolicy,
        triggers: [
          { metric: 'error_rate', limit: 0.05, action: 'rollback' },
          { metric: 'latency_p95_ms', limit: 1800, action: 'rollback' },
          { metric: 'tool_failure_rate', limit: 0.03, action: 'rollback' },
        ],
      },
      notes: ['error_rate_p95 is read as the limit on error_rate, the share of runs that fail'],
    })
  })

  test('is the same as JSON, and with other line ends', () => {
    const json = {
      rollback: {
        stable_version: 'support-agent@2.3.3',
        candidate_version: 'support-agent@2.4.0',
        triggers: { error_rate_p95: 0.05, latency_p95_ms: 1800, tool_failure_rate: 0.03 },
        lock_candidate_after_rollback: true,
      },
    }
    expect(readRolloutDocument({ json })).toEqual({ ok: true, value: read(given) })
    expect(read(given.replaceAll('\n', '\r\n'))).toEqual(read(given))
  })
})

test('every key can be given', () => {
  const { policy, notes } = read(`rollback:
  stable_version: support-agent@2.3.3
  candidate_version: support-agent@2.4.0
  triggers:
    error_rate: { limit: 0.05, action: approval }
    cost_per_run_usd: 0.12
  lock_candidate_after_rollback: false
  disable_writes_on_rollback: true
  sessions_on_rollback: abort
  approve_manual_rollback: false
  rollback_window: 2d
  stability_window: 90
  recovery_runs_min: 10
scores:
  helpful: 0.7
  answer.relevance: { min: 0.8, action: approval }
feedback: { max: 0.2 }
tools: { refund: 0.02, "crm:getOrder": { limit: 0.1 } }
shares:
  escalated: { attribute: app.outcome, value: escalated, max: 0.1 }
  retried: { attribute: app.retried, value: true, max: 0.05, family: errors }
cancelled: [AbortError, UserAbort]
stages:
  - { name: canary, weight_percent: 0.5, hold: 30s }
  - { name: half, weight_percent: 50, hold: 2h, gate: approval }
  - { name: full, weight_percent: 100 }
evidence:
  tolerance: 1.5
  false_rollback_rate: 0.001
  horizon: 12h
  stale_after: 30s
  max_blind_spot: 4
  warmup: 90s
  unattributed_max: 0.02
alerts:
  channel: "#releases"
`)
  expect(notes).toEqual([])
  expect(policy).toEqual({
    triggers: [
      { metric: 'error_rate', limit: 0.05, action: 'approval' },
      { metric: 'cost_per_run_usd', limit: 0.12, action: 'rollback' },
    ],
    stages: [
      { name: 'canary', weightPercent: 0.5, holdSeconds: 30, gate: 'auto' },
      { name: 'half', weightPercent: 50, holdSeconds: 7200, gate: 'approval' },
      { name: 'full', weightPercent: 100, holdSeconds: 0, gate: 'approval' },
    ],
    tolerance: 1.5,
    falseRollbackRate: 0.001,
    horizonSeconds: 43_200,
    staleSeconds: 30,
    maxBlindSpot: 4,
    stabilityWindowSeconds: 90,
    recoveryRunsMin: 10,
    rollbackWindowSeconds: 172_800,
    lockCandidateAfterRollback: false,
    disableWritesOnRollback: true,
    sessionsOnRollback: 'abort',
    approveManualRollback: false,
    alertChannel: '#releases',
    scores: [
      { name: 'answer.relevance', min: 0.8, action: 'approval' },
      { name: 'helpful', min: 0.7, action: 'rollback' },
    ],
    feedback: { max: 0.2, action: 'rollback' },
    tools: [
      { name: 'crm:getOrder', limit: 0.1, action: 'rollback' },
      { name: 'refund', limit: 0.02, action: 'rollback' },
    ],
    shares: [
      {
        name: 'escalated',
        attribute: 'app.outcome',
        value: 'escalated',
        max: 0.1,
        family: 'quality',
        action: 'rollback',
      },
      // Its family's trigger asks a person, and so does it.
      {
        name: 'retried',
        attribute: 'app.retried',
        value: 'true',
        max: 0.05,
        family: 'errors',
        action: 'approval',
      },
    ],
    cancelled: ['AbortError', 'UserAbort'],
    warmupSeconds: 90,
    unattributedMax: 0.02,
  } satisfies Policy)
})

describe('a refusal names the line, the key, what was given and what was expected', () => {
  const cases: readonly [string, string, object][] = [
    [
      'an unknown key',
      given.replace('latency_p95_ms', 'latency_p59_ms'),
      {
        path: 'rollback.triggers.latency_p59_ms',
        given: 1800,
        line: 6,
        expected: /did you mean latency_p95_ms\?$/,
      },
    ],
    [
      'a key in the wrong place',
      `${given}  stages: []\n`,
      { path: 'rollback.stages', line: 9, expected: /did you mean stages\?$/ },
    ],
    [
      'a word from elsewhere',
      `${given}budgets: 3\n`,
      { path: 'budgets', line: 9, expected: /did you mean rollback\.triggers\.cost_per_run_usd\?$/ },
    ],
    [
      'a rate of 5',
      given.replace('0.05', '5'),
      { path: 'rollback.triggers.error_rate_p95', given: 5, line: 5, expected: /at most 1/ },
    ],
    [
      'a rate of 5 in the long form',
      given.replace('error_rate_p95: 0.05', 'error_rate:\n      limit: 5\n      action: approval'),
      { path: 'rollback.triggers.error_rate.limit', given: 5, line: 6, expected: /at most 1/ },
    ],
    [
      'a rate in quotes',
      given.replace('0.05', '"5%"'),
      { path: 'rollback.triggers.error_rate_p95', given: '5%', line: 5, expected: /such as 0\.05/ },
    ],
    [
      'a typing mistake inside a trigger',
      given.replace('0.05', '{ limit: 0.05, acton: approval }'),
      {
        path: 'rollback.triggers.error_rate_p95.acton',
        given: 'approval',
        line: 5,
        expected: /did you mean action\?$/,
      },
    ],
    [
      'weights that fall',
      `${given}stages:\n  - name: a\n    weight_percent: 50\n  - name: b\n    weight_percent: 25\n  - name: c\n    weight_percent: 100\n`,
      { path: 'stages[1].weight_percent', given: 25, line: 13, expected: /^more than 50/ },
    ],
    [
      'a last stage below 100',
      `${given}stages: [{ name: a, weight_percent: 50 }]\n`,
      { path: 'stages[0].weight_percent', given: 50, line: 9, expected: /^100: / },
    ],
    [
      'a duration that is too long, as it was typed',
      `${given}evidence:\n  horizon: 91d\n`,
      { path: 'evidence.horizon', given: '91d', line: 10, expected: /90 days/ },
    ],
    [
      'no duration',
      `${given}evidence:\n  horizon: soon\n`,
      { path: 'evidence.horizon', given: 'soon', line: 10, expected: /^a duration such as/ },
    ],
    [
      'a candidate equal to the stable',
      given.replace('2.4.0', '2.3.3'),
      {
        path: 'rollback.candidate_version',
        given: 'support-agent@2.3.3',
        line: 3,
        expected: /^another version/,
      },
    ],
    [
      'versions of two agents',
      given.replace('support-agent@2.4.0', 'other-agent@2.4.0'),
      { path: 'rollback.candidate_version', line: 3, expected: /^a version of support-agent/ },
    ],
    [
      'a version that is a number',
      given.replace('support-agent@2.4.0', '2.4'),
      { path: 'rollback.candidate_version', given: 2.4, line: 3, expected: /^a version such as/ },
    ],
    [
      'a missing version',
      given.replace(/ {2}candidate.*\n/, ''),
      { path: 'rollback.candidate_version', given: null, line: 1, expected: /^a version such as/ },
    ],
    [
      'no triggers',
      given.replace(/ {2}triggers:\n( {4}.*\n)+/, ''),
      { path: 'rollback.triggers', given: null, expected: /^at least one limit/ },
    ],
    [
      'an empty list of triggers',
      given.replace(/triggers:\n( {4}.*\n)+/, 'triggers: {}\n'),
      { path: 'rollback.triggers', line: 4, expected: /^a limit on at least one/ },
    ],
    [
      'both readings of the error rate',
      given.replace('    latency', '    error_rate: 0.05\n    latency'),
      { path: 'rollback.triggers.error_rate_p95', line: 5, expected: /^either/ },
    ],
    ['a key given empty', `${given}stages:\n`, { path: 'stages', given: null, line: 9, expected: 'a list' }],
    [
      'a duplicate key',
      `${given}  lock_candidate_after_rollback: false\n`,
      { path: 'rollback.lock_candidate_after_rollback', line: 9, expected: 'each key once' },
    ],
    [
      'a score of 7',
      `${given}scores: { helpful: 7 }\n`,
      { path: 'scores.helpful', given: 7, line: 9, expected: /^the mean that is demanded/ },
    ],
    [
      'a score of 7 in the long form',
      `${given}scores:\n  helpful:\n    min: 7\n`,
      { path: 'scores.helpful.min', given: 7, line: 11, expected: /^the mean that is demanded/ },
    ],
    [
      'a score that is no number',
      `${given}scores: { helpful: .nan }\n`,
      { path: 'scores.helpful', given: 'NaN', line: 9, expected: /^a mean as a number/ },
    ],
    [
      'a score in percent',
      `${given}scores: { helpful: 70% }\n`,
      { path: 'scores.helpful', given: '70%', line: 9, expected: /such as 0\.7/ },
    ],
    [
      'a name that is none',
      `${given}scores:\n  Very Helpful: 0.7\n`,
      { path: 'scores["Very Helpful"]', given: 'Very Helpful', line: 10, expected: /^a name: lower-case/ },
    ],
    [
      'a limit of a name with a dot',
      `${given}tools:\n  crm.refund: { limit: 2 }\n`,
      { path: 'tools["crm.refund"].limit', given: 2, line: 10, expected: /at most 1/ },
    ],
    [
      'a name of JavaScript',
      `${given}scores: { __proto__: 0.7 }\n`,
      { path: 'scores.__proto__', line: 9, expected: /^another name/ },
    ],
    [
      'the same name twice',
      `${given}scores:\n  helpful: 0.7\n  helpful: 0.2\n`,
      { path: 'scores.helpful', line: 11, expected: 'each key once' },
    ],
    [
      'a mistake inside a score',
      `${given}scores: { helpful: { max: 0.7 } }\n`,
      { path: 'scores.helpful.min', given: null, line: 9, expected: /^a mean/ },
    ],
    [
      'feedback of nobody',
      `${given}feedback: 0\n`,
      { path: 'feedback', given: 0, line: 9, expected: /at most 1/ },
    ],
    [
      'a share without an attribute',
      `${given}shares:\n  escalated: { value: yes, max: 0.1 }\n`,
      { path: 'shares.escalated.attribute', given: null, line: 10 },
    ],
    [
      'a share that is only a number',
      `${given}shares: { escalated: 0.1 }\n`,
      { path: 'shares.escalated', given: 0.1, line: 9, expected: 'an object with attribute, value and max' },
    ],
    [
      'a share of an unknown family',
      `${given}shares: { a: { attribute: b, value: c, max: 0.1, family: speed } }\n`,
      { path: 'shares.a.family', given: 'speed', line: 9, expected: /errors, latency/ },
    ],
    [
      'an error type twice',
      `${given}cancelled: [a, b, a]\n`,
      { path: 'cancelled[2]', given: 'a', line: 9, expected: 'each error type once' },
    ],
    [
      'one error type that is no list',
      `${given}cancelled: AbortError\n`,
      { path: 'cancelled', given: 'AbortError', line: 9, expected: 'a list of error types' },
    ],
    [
      'a warm-up of a day, as it was typed',
      `${given}evidence: { warmup: 1d }\n`,
      { path: 'evidence.warmup', given: '1d', line: 9, expected: /at most an hour/ },
    ],
    [
      'a hold of no whole seconds',
      `${given}evidence: { horizon: 1.00001h }\n`,
      { path: 'evidence.horizon', given: '1.00001h', line: 9, expected: /whole seconds/ },
    ],
    [
      'a blind spot that is not above the tolerance',
      `${given}evidence: { tolerance: 2, max_blind_spot: 2 }\n`,
      { path: 'evidence.max_blind_spot', given: 2, line: 9, expected: /above the tolerance/ },
    ],
    [
      'scores among the triggers',
      given.replace('    latency', '    scores: { a: 0.7 }\n    latency'),
      { path: 'rollback.triggers.scores', line: 6, expected: /did you mean scores\?$/ },
    ],
    ['a tab', given.replace('  stable', '\tstable'), { line: 2, expected: /not a tab/ }],
    ['two documents', `${given}---\n${given}`, { line: 9, expected: 'one document only' }],
    [
      'an alias',
      `${given}alerts: &a\n  channel: *a\n`,
      { path: 'alerts.channel', given: '*a', line: 10, expected: /aliases are not read/ },
    ],
    ['a tag', given.replace('0.05', '!!binary aGk='), { line: 5, expected: 'a value without a tag' }],
    ['broken YAML', given.replace('0.05', '[0.05'), { line: 6, expected: /^readable YAML/ }],
    ['an older YAML', `%YAML 1.1\n---\n${given}`, { line: 1, expected: 'YAML 1.2' }],
    ['nothing at all', '', { path: '(document)', given: null, line: 1 }],
    ['a list', '- a\n', { path: '(document)', given: 'a list of 1', line: 1 }],
    ['a key of JavaScript', `${given}__proto__:\n  a: 1\n`, { path: '__proto__', line: 9 }],
  ]

  test.each(cases)('%s', (_, yaml, expected) => {
    const wanted = Object.fromEntries(
      Object.entries(expected).map(([key, value]) => [
        key,
        value instanceof RegExp ? expect.stringMatching(value) : value,
      ]),
    )
    expect(errors(yaml)[0]).toMatchObject(wanted)
  })

  test('all mistakes are told at once', () => {
    const paths = errors(given.replace('1800', '-1').replace('0.03', '3').replace('2.4.0', '2.3.3')).map(
      (e) => e.path,
    )
    expect(paths).toEqual([
      'rollback.candidate_version',
      'rollback.triggers.latency_p95_ms',
      'rollback.triggers.tool_failure_rate',
    ])
  })
})

describe('hostile text is refused quickly', () => {
  const bomb = [
    'a: &a [x, x]',
    ...'bcdefghij'.split('').map((c, i) => `${c}: &${c} [${`*${'abcdefghij'[i]},`.repeat(9)}]`),
  ]
  const hostile: readonly [string, string][] = [
    ['a bomb of aliases', bomb.join('\n')],
    ['too many characters', `${given}#${'x'.repeat(40_000)}`],
    ['deep lists', '['.repeat(16_000)],
    ['deep objects', '{a: '.repeat(8000)],
    ['deep indentation', Array.from({ length: 200 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['thousands of unknown keys', Array.from({ length: 3000 }, (_, index) => `k${index}: 1`).join('\n')],
  ]

  test.each(hostile)('%s', (_, yaml) => {
    const found = errors(yaml)
    expect(found.length).toBeGreaterThan(0)
    expect(found.length).toBeLessThanOrEqual(20)
  })

  test('any text at all gives an answer and not an exception', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ab:- \n\t[]{}&*!|>%#"\'?@0.'), maxLength: 60 }),
        (yaml) => {
          expect(readRolloutDocument({ yaml }).ok).toBe(false)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('any JSON at all gives an answer and not an exception', () => {
    fc.assert(
      fc.property(fc.anything(), (json) => {
        expect(readRolloutDocument({ json }).ok).toBe(false)
      }),
    )
  })
})

const share = fc.double({ min: 1e-9, max: 1, noNaN: true })
const triggers: fc.Arbitrary<Trigger[]> = fc
  .record({
    error_rate: fc.option(share),
    latency_p95_ms: fc.option(fc.double({ min: 0.001, max: 86_400_000, noNaN: true })),
    tool_failure_rate: fc.option(share),
    cost_per_run_usd: fc.option(fc.double({ min: 1e-9, max: 1e6, noNaN: true })),
  })
  .chain((limits) =>
    fc.array(fc.constantFrom('rollback', 'approval'), { minLength: 4, maxLength: 4 }).map((actions) =>
      metrics.flatMap((metric, index) => {
        const limit = limits[metric]
        return limit === null ? [] : [{ metric, limit, action: actions[index] ?? 'rollback' }]
      }),
    ),
  )
  .filter((list) => list.length > 0)

const stages: fc.Arbitrary<Policy['stages']> = fc
  .uniqueArray(fc.integer({ min: 1, max: 9999 }), { maxLength: 6 })
  .chain((weights) => {
    const all = [...weights.sort((a, b) => a - b), 10_000]
    const one = fc.record({
      name: fc.oneof(
        fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._%-]{0,20}$/),
        fc.constantFrom('null', '12', '1e3', 'true'),
      ),
      holdSeconds: fc.integer({ min: 0, max: 30 * 86_400 }),
      gate: fc.constantFrom('auto', 'approval'),
    })
    return fc
      .uniqueArray(one, { selector: (stage) => stage.name, minLength: all.length, maxLength: all.length })
      .map((list) => list.map((stage, index) => ({ ...stage, weightPercent: (all[index] ?? 0) / 100 })))
  })

const mean = fc.double({ min: 0.001, max: 0.999, noNaN: true })
const action = fc.constantFrom('rollback' as const, 'approval' as const)
const name = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9._-]{0,12}$/),
  fc.constantFrom('null', 'true', 'on', 'constructor', 'a.b', 'e3'),
)
const toolName = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,12}$/),
  fc.constantFrom('12', '0', '1e3', 'null', 'a: b'.replace(' ', '')),
)
function named<T extends object>(names: fc.Arbitrary<string>, rest: { [K in keyof T]: fc.Arbitrary<T[K]> }) {
  return fc
    .uniqueArray(fc.record({ name: names, ...rest }), {
      selector: (rule) => (rule as { name: string }).name,
      maxLength: 5,
    })
    .map((rules) => byName(rules as unknown as ({ name: string } & T)[]))
}

const policies: fc.Arbitrary<Policy> = fc.record({
  scores: named<Omit<ScoreRule, 'name'>>(name, { min: mean, action }),
  feedback: fc.option(fc.record({ max: share, action })),
  tools: named<Omit<ToolRule, 'name'>>(toolName, { limit: share, action }),
  shares: named<Omit<ShareRule, 'name'>>(name, {
    attribute: fc.stringMatching(/^[a-z.#:]{1,20}$/),
    value: fc.oneof(
      fc.stringMatching(/^[ -~é]{1,20}$/),
      fc.constantFrom('null', '0', '1.0', 'true', '~', '- x', '*a', ' '),
    ),
    max: share,
    family: fc.constantFrom(...metricFamilies),
    action,
  }),
  cancelled: fc.subarray([...defaultPolicy.cancelled, 'null', '499', 'net: aborted']),
  warmupSeconds: fc.integer({ min: 0, max: 3600 }),
  unattributedMax: fc.double({ min: 0, max: 1, noNaN: true }),
  triggers,
  stages,
  tolerance: fc.double({ min: 1, max: 4, noNaN: true }),
  falseRollbackRate: fc.double({ min: 1e-6, max: 0.2, noNaN: true }),
  horizonSeconds: fc.integer({ min: 60, max: 90 * 86_400 }),
  staleSeconds: fc.integer({ min: 5, max: 86_400 }),
  maxBlindSpot: fc.double({ min: 4.5, max: 1000, noNaN: true }),
  stabilityWindowSeconds: fc.integer({ min: 10, max: 86_400 }),
  recoveryRunsMin: fc.integer({ min: 1, max: 1_000_000 }),
  rollbackWindowSeconds: fc.integer({ min: 0, max: 90 * 86_400 }),
  lockCandidateAfterRollback: fc.boolean(),
  disableWritesOnRollback: fc.boolean(),
  sessionsOnRollback: fc.constantFrom(...sessionModes),
  approveManualRollback: fc.boolean(),
  alertChannel: fc.option(
    fc.oneof(fc.stringMatching(/^#[a-z0-9-]{1,20}$/), fc.constantFrom('null', '~', '0', '*x')),
  ),
})

describe('written back', () => {
  test('any policy reads as itself', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        expect(policyFaults(policy)).toEqual([])
        const again = read(policyDocument(policy, stable, candidate))
        expect(again).toMatchObject({ stable, candidate })
        expect(again.policy).toEqual(policy)
        expect(policyDigest(again.policy)).toBe(policyDigest(policy))
      }),
    )
  })

  test('shows every default of the short document', () => {
    const { policy } = read(given)
    expect(policyDocument(policy, stable, candidate)).toBe(`rollback:
  stable_version: support-agent@2.3.3
  candidate_version: support-agent@2.4.0
  triggers:
    error_rate: { limit: 0.05, action: rollback }
    latency_p95_ms: { limit: 1800, action: rollback }
    tool_failure_rate: { limit: 0.03, action: rollback }
  lock_candidate_after_rollback: true
  disable_writes_on_rollback: false
  sessions_on_rollback: next_turn
  approve_manual_rollback: true
  rollback_window: 24h
  stability_window: 5m
  recovery_runs_min: 60
scores: {}
feedback: null
tools: {}
shares: {}
cancelled: [ AbortError, CancelledError, ABORT_ERR, canceled, cancelled, CANCELLED ]
stages:
  - name: canary
    weight_percent: 5
    hold: 10m
    gate: auto
  - name: quarter
    weight_percent: 25
    hold: 10m
    gate: auto
  - name: half
    weight_percent: 50
    hold: 15m
    gate: auto
  - name: full
    weight_percent: 100
    hold: 0s
    gate: approval
evidence:
  tolerance: 1.25
  false_rollback_rate: 0.01
  horizon: 24h
  stale_after: 1m
  max_blind_spot: 5
  warmup: 1m
  unattributed_max: 0.05
alerts:
  channel: null
`)
  })
})

describe('what a document leaves out', () => {
  const base = read(`${given}
scores: { helpful: 0.7, polite: 0.9 }
feedback: 0.2
tools: { refund: 0.02 }
shares: { escalated: { attribute: a, value: b, max: 0.1 } }
cancelled: [UserAbort]
evidence: { warmup: 10s, unattributed_max: 0.01 }
`).policy
  const over = (yaml: string) => {
    const result = readRolloutDocument({ yaml }, base)
    if (!result.ok) throw new Error(JSON.stringify(result.errors))
    return result.value
  }

  test('is as in the policy in force, and the notes name the limits that stay', () => {
    const { policy, notes } = over(given)
    expect(policy).toEqual(base)
    expect(notes[0]).toBe(
      'the policy in force also limits scores.helpful, scores.polite, feedback, tools.refund, shares.escalated: that stays',
    )
  })

  test('an empty list of names drops none; the list of cancelled runs is replaced', () => {
    const { policy } = over(`${given}scores: {}\ntools: { other: 0.5 }\ncancelled: []\n`)
    expect(policy.scores).toEqual(base.scores)
    expect(policy.tools.map(({ name: each }) => each)).toEqual(['other', 'refund'])
    expect(policy.cancelled).toEqual([])
  })

  test('feedback is dropped where it says so', () => {
    expect(over(`${given}feedback: null\n`).policy.feedback).toBe(null)
  })
})

test('a gate on the first stage is said to ask nobody', () => {
  const { notes } = read(`${given}stages: [{ name: all, weight_percent: 100 }]\n`)
  expect(notes).toContain('the gate of the first stage asks nobody: a rollout starts in it')
})

describe('the digest of a policy', () => {
  test('is what it was before there were metrics with a name', () => {
    // Both as the code before computed them.
    expect(policyDigest(read(given).policy)).toBe(
      'sha256:e87e94722df1c7ca61688989de59060d57a2ef969ac1649998d3b7840aa1663e',
    )
    expect(policyDigest(defaultPolicy)).toBe(
      'sha256:95a9b42239d72c8bef21078251d5703d86bb66b4021e847a78108589f7fc5196',
    )
  })

  test('is that of a stored policy of before, filled up', () => {
    const {
      scores: _a,
      feedback: _b,
      tools: _c,
      shares: _d,
      cancelled: _e,
      warmupSeconds: _f,
      unattributedMax: _g,
      ...stored
    } = read(given).policy
    expect(wholePolicy(stored)).toEqual(read(given).policy)
    expect(policyDigest(wholePolicy(stored))).toBe(policyDigest(read(given).policy))
  })

  test('does not see the order of names or of error types, and sees every name', () => {
    const { policy } = read(`${given}tools: { a: 0.1, b: 0.2 }\n`)
    expect(policyDigest({ ...policy, tools: [...policy.tools].reverse() })).toBe(policyDigest(policy))
    expect(policyDigest({ ...policy, cancelled: [...policy.cancelled].reverse() })).toBe(policyDigest(policy))
    for (const change of [
      { tools: [] },
      { feedback: { max: 0.2, action: 'rollback' as const } },
      { cancelled: [] },
      { warmupSeconds: 61 },
      { unattributedMax: 0.06 },
    ]) {
      expect(policyDigest({ ...policy, ...change })).not.toBe(policyDigest(policy))
    }
  })

  test('does not see which document it came from', () => {
    const short = read(given).policy
    const reordered = { ...short, triggers: [...short.triggers].reverse() }
    expect(policyDigest(reordered)).toBe(policyDigest(short))
    expect(policyDigest(read(given.replace('error_rate_p95', 'error_rate')).policy)).toBe(policyDigest(short))
  })

  test('sees any change', () => {
    const { policy } = read(given)
    fc.assert(
      fc.property(policies, (other) => {
        expect(policyDigest(other) === policyDigest(policy)).toBe(false)
      }),
      { numRuns: 50 },
    )
  })
})
