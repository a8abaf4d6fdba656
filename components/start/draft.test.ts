import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { defaultPolicy, type Policy } from '#lib/domain/policy.ts'
import { documentOf, draftOf } from './draft.ts'
import { yamlText } from './yamlText.ts'

const policy: Policy = {
  ...defaultPolicy,
  triggers: [
    { metric: 'error_rate', limit: 0.05, action: 'rollback' },
    { metric: 'latency_p95_ms', limit: 1800, action: 'approval' },
  ],
  tolerance: 1.5,
  disableWritesOnRollback: true,
}

test('a policy goes through the form unchanged: percents and minutes are only how it is shown', () => {
  const draft = draftOf('2.4.0', policy)
  expect(draft.limits.error_rate).toEqual({ text: '5', action: 'rollback' })
  expect(draft.stages[0]).toMatchObject({
    name: 'canary',
    weightPercent: '5',
    holdMinutes: '10',
    gate: 'auto',
  })
  expect(documentOf('support-agent', '2.3.3', draft)).toMatchObject({
    rollback: {
      stable_version: 'support-agent@2.3.3',
      candidate_version: 'support-agent@2.4.0',
      triggers: { error_rate: 0.05, latency_p95_ms: { limit: 1800, action: 'approval' } },
      lock_candidate_after_rollback: true,
    },
    stages: [
      { name: 'canary', weight_percent: 5, hold: 600, gate: 'auto' },
      {},
      {},
      { hold: 0, gate: 'approval' },
    ],
  })
})

test('what the form does not show stays as it is in the policy it began with', () => {
  expect(documentOf('support-agent', '2.3.3', draftOf('2.4.0', policy))).toMatchObject({
    rollback: { disable_writes_on_rollback: true },
    evidence: { tolerance: 1.5 },
  })
})

test('what is no number is handed on as it was typed, to be refused by name and not turned into zero', () => {
  const draft = draftOf('2.4.0', policy)
  const typed = {
    ...draft,
    limits: { ...draft.limits, error_rate: { text: 'five', action: 'rollback' as const } },
    stages: [{ id: 0, name: 'canary', weightPercent: '', holdMinutes: 'soon', gate: 'auto' as const }],
  }
  expect(documentOf('a', '1', typed)).toMatchObject({
    rollback: { triggers: { error_rate: 'five' } },
    stages: [{ weight_percent: '', hold: 'soon' }],
  })
})

test('the YAML says exactly what the form says', () => {
  const first = { name: '5% first', weightPercent: 5, holdSeconds: 600, gate: 'auto' } as const
  const document = documentOf('support-agent', '2.3.3', draftOf('2.4.0', { ...policy, stages: [first] }))
  expect(parse(yamlText(document))).toEqual(document)
})

test('text that YAML would read as something else stays text', () => {
  const words = { a: 'no', b: '5', c: '#channel', d: null, e: '', f: 'two\nlines', g: {}, h: 'null' }
  expect(parse(yamlText(words))).toEqual(words)
})
