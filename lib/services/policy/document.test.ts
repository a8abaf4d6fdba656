import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultPolicy, metrics, type Policy, sessionModes, type Trigger } from '#lib/domain/policy.ts'
import { policyFaults } from '#lib/domain/policyRules.ts'
import { policyDigest, policyDocument, readRolloutDocument } from './document.ts'

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

const policies: fc.Arbitrary<Policy> = fc.record({
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
alerts:
  channel: null
`)
  })
})

describe('the digest of a policy', () => {
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
