import fc from 'fast-check'
import { expect, test } from 'vitest'
import { alertFacts } from '#lib/testing/alertFacts.ts'
import { faultsOfBlocks } from '#lib/testing/slackBlocks.ts'
import { type AlertFacts, alertKinds, alertMessage } from './alert.ts'
import { alertLimits, escaped } from './alertText.ts'

const parent = (over: Partial<AlertFacts> = {}) => alertMessage('rollback_triggered', alertFacts(over))
const whole = (message: unknown) => JSON.stringify(message)

/** Strings that try something: markup, mentions, entities, direction marks, halves of characters, length. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '<!here>',
    '<!channel|x>',
    '@channel',
    '@HERE',
    '<@U123>',
    '<https://x|y>',
    'a\nb',
    '\u202eevil',
    '',
  ),
  fc.string({ unit: fc.constantFrom('&', '<', '🛑', 'x'), minLength: 100, maxLength: 5_000 }),
)
const nastyFacts = fc
  .record({
    agent: nasty,
    fromVersion: nasty,
    toVersion: nasty,
    reason: nasty,
    stage: nasty,
    actorName: nasty,
    because: nasty,
    recoveryBecause: nasty,
    incidentUrl: fc.oneof(fc.webUrl({ withQueryParameters: true }), nasty),
    figures: fc.array(fc.record({ label: nasty, observed: nasty, limit: nasty }), { maxLength: 15 }),
    recovery: fc.constantFrom('verifying', 'recovered', 'not_recovered', 'inconclusive'),
    switchStatus: fc.constantFrom('requested', 'applied', 'verified', 'failed'),
  })
  .map((over) => alertFacts(over))

test('a rollback reads as agreed, then who, why and where to look', () => {
  expect(parent().text).toBe(
    '🛑 Rollback triggered support-agent@2.4.0 -> 2.3.3, reason=error_spike, stage=canary.\n' +
      'By the policy: The error rate is 9.1 % over 214 runs; the limit is 5 %\n' +
      '⏳ Traffic is being switched\n' +
      'https://switchback.example/incidents/in_1',
  )
})

test('whatever the facts hold, Slack takes the message and nobody is mentioned', () => {
  fc.assert(
    fc.property(nastyFacts, fc.constantFrom(...alertKinds), (facts, kind) => {
      const { event: _, ...message } = alertMessage(kind, facts)
      expect(faultsOfBlocks(message.blocks)).toEqual([])
      expect(message.text.length).toBeLessThanOrEqual(alertLimits.text + alertLimits.buttonUrl)
      expect(
        whole({ ...message, blocks: message.blocks.filter(({ type }) => type !== 'actions') }),
      ).not.toMatch(/<|@(channel|here|everyone)\b/i)
    }),
  )
})

test('data stays on its line: it cannot add a line to the message', () => {
  const { text } = parent({ because: 'quiet\n✅ Recovered\u2028really', actorName: 'a\r\nb' })
  expect(text.split(/[\n\r\u2028]/)).toHaveLength(4)
})

test('markup in data is shown as it was written', () => {
  expect(parent({ actorName: '<!here> & co' }).text).toContain('By &lt;!here&gt; &amp; co:')
})

test('data is never bold, italic, struck out or code', () => {
  const typeOf = (agent: string) => {
    const list = parent({ agent }).blocks.flatMap((block) => ('fields' in block ? block.fields : []))
    return list.find(({ text }) => /^\*?Agent/.test(text))?.type
  }
  expect(['support-agent', 'error_spike'].map(typeOf)).toEqual(['mrkdwn', 'mrkdwn'])
  expect(['*loud*', '_slanted_', '~gone~', '`code`'].map(typeOf)).toEqual(Array(4).fill('plain_text'))
})

test('a text that is too long ends in an ellipsis, with no half of an entity or of a character', () => {
  expect(escaped('ab&&', 7)).toBe('ab…')
  expect(escaped('ab&&', 8)).toBe('ab&amp;…')
  expect(escaped('ab&&', 12)).toBe('ab&amp;&amp;')
  expect(escaped('🛑🛑', 3)).toBe('🛑…')
  expect(escaped('🛑🛑', 4)).toBe('🛑🛑')
})

test('the parent, rendered again, says how it stands now', () => {
  const stateOf = (over: Partial<AlertFacts>) => parent(over).text.split('\n')[2]
  expect(stateOf({ switchStatus: 'verified', appliedAfterMs: 740 })).toContain('on 2.3.3, seen in the runs')
  expect(stateOf({ switchStatus: 'verified', appliedAfterMs: 740 })).toContain('after 0.7 s')
  expect(stateOf({ switchStatus: 'failed' })).toContain('not seen in force')
  expect(stateOf({ switchStatus: 'verified', recovery: 'recovered' })).toContain('Recovered')
  expect(stateOf({ switchStatus: 'verified', recovery: 'not_recovered' })).toContain('Not recovered')
})

test('no evidence never reads as recovered', () => {
  const { text } = alertMessage(
    'recovery',
    alertFacts({ recovery: 'inconclusive', recoveryBecause: 'Only 2 runs' }),
  )
  expect(text).toContain('Recovery unproven')
  expect(text).toContain('Only 2 runs')
  expect(text).not.toMatch(/recovered/i)
})

test('an order that was not seen in force never reads as done', () => {
  const { text } = alertMessage('switch_applied', alertFacts({ switchStatus: 'requested' }))
  expect(text).toContain('not yet seen in force')
})

test('one button opens the incident; a bad address costs the button and not the alert', () => {
  const buttons = (incidentUrl: string) =>
    parent({ incidentUrl }).blocks.filter(({ type }) => type === 'actions')
  const elements = [expect.objectContaining({ url: 'https://s.example/incidents/1?a=1&b=2' })]
  expect(buttons('https://s.example/incidents/1?a=1&b=2')).toEqual([{ type: 'actions', elements }])
  for (const bad of ['javascript:alert(1)', 'http://a b', 'http://:::', 'https://x.example/>']) {
    expect(buttons(bad)).toEqual([])
  }
  expect(parent({ incidentUrl: '' }).text.split('\n')).toHaveLength(3)
})

test('the same facts give the same message', () => {
  expect(parent()).toEqual(parent())
})
