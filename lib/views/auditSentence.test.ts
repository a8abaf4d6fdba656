import { expect, test } from 'vitest'
import type { AuditBody } from '#lib/domain/audit.ts'
import { auditSentence } from './auditSentence.ts'

const entry = (changes: Partial<AuditBody>): AuditBody => ({
  chain: 'support-agent',
  seq: 1,
  timestamp: '2026-11-23T14:02:10.000Z',
  actor: { kind: 'person', id: 'pe_1', name: 'Mira K.' },
  action: 'rollout.pause',
  agent: 'support-agent',
  rollout: null,
  incident: null,
  run_id: null,
  outcome: null,
  reason: null,
  from_version: null,
  to_version: null,
  stage: null,
  switch_status: null,
  policy_version: null,
  details: null,
  ...changes,
})

test('says who paused, where, and why', () => {
  const paused = entry({ stage: 'canary', outcome: 'paused', details: { note: 'looking into the tool' } })
  expect(auditSentence(paused)).toBe('Mira K. paused the rollout in canary: “looking into the tool”.')
})

test('a rollback names both versions, the reason and the figures', () => {
  const rolledBack = entry({
    action: 'rollout.rollback',
    actor: { kind: 'policy', id: 'policy', name: 'the policy' },
    outcome: 'rolled_back',
    reason: 'error_spike',
    stage: 'canary',
    from_version: 'support-agent@2.4.0',
    to_version: 'support-agent@2.3.3',
    details: { because: '4 of 4 candidate runs failed.' },
  })
  expect(auditSentence(rolledBack)).toBe(
    'The policy rolled back support-agent@2.4.0 to support-agent@2.3.3 in canary: error_spike. 4 of 4 candidate runs failed.',
  )
})

test('a repeated signal says that nothing was executed, and how often it came', () => {
  const repeated = entry({
    action: 'rollout.rollback',
    outcome: 'already_rolled_back',
    details: { suppressed: 14 },
  })
  expect(auditSentence(repeated)).toBe('The same signal came again (× 14); nothing was executed.')
})

test('a refusal never reads as if it had been done', () => {
  const refused = entry({
    action: 'rollout.promote',
    outcome: 'refused',
    details: { because: 'This is the last stage' },
  })
  expect(auditSentence(refused)).toBe('Mira K. was refused: rollout promote. This is the last stage.')
  expect(auditSentence(entry({ action: 'sign_in', outcome: 'refused' }))).toBe('Mira K. failed to sign in.')
})

test('an act it does not know is still told', () => {
  expect(auditSentence(entry({ action: 'drill.run', outcome: 'passed' }))).toBe('Mira K.: drill run, passed.')
})

test.each([
  ['price.add', 'added', 'Mira K. added a price of m-1 of acme.'],
  ['price.change', 'changed', 'Mira K. changed the price of m-1 of acme.'],
  ['price.end', 'ended', 'Mira K. ended the price of m-1 of acme.'],
  ['price.end', 'taken_off', 'Mira K. removed a coming price of m-1 of acme.'],
])('%s, %s says whose price it is', (action, outcome, sentence) => {
  expect(auditSentence(entry({ action, outcome, details: { model: 'm-1', provider: 'acme' } }))).toBe(
    sentence,
  )
})

test('a price that is anybody’s, a list that is switched off, and a template are said in words', () => {
  const anybody = entry({ action: 'price.add', details: { model: 'm-1', provider: null } })
  expect(auditSentence(anybody)).toBe('Mira K. added a price of m-1 of any provider.')
  const off = entry({ action: 'price.shipped', outcome: 'off' })
  expect(auditSentence(off)).toBe('Mira K. stopped the use of the public list prices.')
  const template = 'https://t.example/{trace_id}'
  const set = entry({ action: 'setting.trace_url', outcome: 'set', details: { template } })
  expect(auditSentence(set)).toBe(`Mira K. set where links to traces lead: ${template}.`)
})
