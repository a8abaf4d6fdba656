import { describe, expect, test } from 'vitest'
import { defaultPolicy, type Policy, type Trigger } from './policy.ts'
import type { MetricRule } from './decision/decisionPolicy.ts'
import { metricsOf } from './policyMetrics.ts'

const trigger = (metric: Trigger['metric'], limit: number, action: Trigger['action'] = 'rollback') => ({
  metric,
  limit,
  action,
})
const base: Policy = {
  ...defaultPolicy,
  triggers: [
    trigger('error_rate', 0.05),
    trigger('latency_p95_ms', 1800),
    trigger('tool_failure_rate', 0.03),
  ],
}

/** One row of the table: id, family, limit, versus, later, gate, min. */
function row({ id, family, limit, versus, later, gate, min }: MetricRule) {
  return [id, family, limit, versus, later, gate && [gate.share, gate.worth], min]
}

function ruleOf(policy: Policy, id: string): MetricRule {
  const found = metricsOf(policy).find((each) => each.id === id)
  if (!found) throw new Error(`no metric ${id}`)
  return found
}

/** The first rows are those of the golden vectors, `meta.defaultPolicy`. */
const rows = [
  ['errors', 'errors', 0.05, true, true, [null, 0.05], null],
  ['late', 'latency', 0.05, false, false, null, null],
  ['slow', 'latency', null, true, false, [0.05, null], null],
  ['tool_failures', 'tools', 0.03, false, false, null, null],
  ['tool_failed_runs', 'tools', null, true, true, null, null],
  ['spend', 'cost', null, false, false, null, null],
  ['costlier', 'cost', null, true, false, null, null],
  ['cancelled', 'quality', null, true, false, null, null],
]

test('a policy of three triggers has the rows of the table, in its order', () => {
  expect(metricsOf(base).map(row)).toEqual(rows)
  expect(metricsOf(base).every(({ asks }) => asks === 'rollback')).toBe(true)
})

test('metrics with a name follow: scores, feedback, shares, tools', () => {
  const policy: Policy = {
    ...base,
    scores: [
      { name: 'polite', min: 0.9, action: 'rollback' },
      { name: 'helpful', min: 0.7, action: 'rollback' },
    ],
    feedback: { max: 0.2, action: 'approval' },
    shares: [
      {
        name: 'escalated',
        attribute: 'app.outcome',
        value: 'escalated',
        max: 0.1,
        family: 'cost',
        action: 'rollback',
      },
    ],
    tools: [{ name: 'refund', limit: 0.02, action: 'rollback' }],
  }
  expect(metricsOf(policy).slice(rows.length).map(row)).toEqual([
    ['score.helpful', 'quality', 0.3, true, false, null, 30],
    ['score.polite', 'quality', 0.1, true, false, null, 30],
    ['feedback', 'quality', 0.2, true, false, null, 30],
    ['share.escalated', 'cost', 0.1, true, false, null, 30],
    ['tool.refund', 'tools', 0.02, false, false, null, 30],
  ])
  expect(ruleOf(policy, 'feedback').asks).toBe('approval')
})

test('a budget limits what is spent, and then takes thirty runs with a price', () => {
  const policy = { ...base, triggers: [...base.triggers, trigger('cost_per_run_usd', 0.08)] }
  expect(row(ruleOf(policy, 'spend'))).toEqual(['spend', 'cost', 0.1, false, false, null, 30])
})

describe('what the gate looks for', () => {
  test.each([
    [0.05, 0.05],
    [0.1, 0.1],
    [0.4, 0.1],
  ])('a limit of %d on errors is worth %d', (limit, worth) => {
    const policy = { ...base, triggers: [trigger('error_rate', limit)] }
    expect(ruleOf(policy, 'errors').gate).toEqual({ share: null, worth })
  })

  test('an agent that never fails can advance without a limit on errors: one in ten would have shown', () => {
    const policy = { ...base, triggers: [trigger('latency_p95_ms', 1800)] }
    expect(ruleOf(policy, 'errors')).toMatchObject({ limit: null, gate: { share: null, worth: 0.1 } })
  })
})

describe('who is asked', () => {
  test('a trigger that asks a person asks for every metric of its family, and for no other', () => {
    const [errors, , tools] = base.triggers
    if (!errors || !tools) throw new Error('the base policy has three limits')
    const policy: Policy = {
      ...base,
      triggers: [errors, trigger('latency_p95_ms', 1800, 'approval'), tools],
    }
    const asking = metricsOf(policy).filter(({ asks }) => asks === 'approval')
    expect(asking.map(({ id }) => id)).toEqual(['late', 'slow'])
  })

  test('what a metric with a name says itself is not overruled', () => {
    const policy: Policy = {
      ...base,
      triggers: [trigger('tool_failure_rate', 0.03, 'approval')],
      tools: [{ name: 'refund', limit: 0.02, action: 'rollback' }],
    }
    expect(ruleOf(policy, 'tool_failures').asks).toBe('approval')
    expect(ruleOf(policy, 'tool.refund').asks).toBe('rollback')
  })
})

test('the order in which a document names its metrics changes nothing', () => {
  const scores = ['b', 'a', 'C', 'ä'].map((name) => ({ name, min: 0.5, action: 'rollback' as const }))
  const ids = (policy: Policy) => metricsOf(policy).map(({ id }) => id)
  expect(ids({ ...base, scores })).toEqual(ids({ ...base, scores: [...scores].reverse() }))
})
