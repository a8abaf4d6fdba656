import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  coveringNames,
  effectiveSwitches,
  everyAgent,
  expiryIsDue,
  planEngage,
  type SwitchOrder,
  switchNamePattern,
  switchWords,
} from './killSwitch.ts'

const order = (changes: Partial<SwitchOrder>): SwitchOrder => ({
  agent: 'support-agent',
  name: 'writes',
  state: 'deny',
  onUnknown: 'deny',
  sinceRev: 7,
  ...changes,
})
const scopes = [everyAgent, 'support-agent', 'mail-agent']
const orders = fc.uniqueArray(
  fc.record({
    agent: fc.constantFrom(...scopes),
    name: fc.constantFrom('writes', 'agent', 'tool:*', 'tool:refund'),
    state: fc.constantFrom('allow' as const, 'deny' as const),
    onUnknown: fc.constantFrom('allow' as const, 'deny' as const),
    sinceRev: fc.nat(20),
  }),
  { selector: ({ agent, name }) => `${agent} ${name}` },
)

test('a capability is denied exactly when a scope that covers the agent denies it', () => {
  fc.assert(
    fc.property(orders, (given) => {
      for (const [name, { state }] of Object.entries(effectiveSwitches('support-agent', given))) {
        const denies = given.some(
          (each) => each.name === name && each.state === 'deny' && each.agent !== 'mail-agent',
        )
        expect(state).toBe(denies ? 'deny' : 'allow')
      }
    }),
  )
})

test('every order of a scope is in the table of its agents, also one that allows: a latch has to hear of it', () => {
  const given = [order({ agent: everyAgent, name: 'tool:refund', state: 'allow' })]
  expect(effectiveSwitches('support-agent', given)['tool:refund']).toMatchObject({ state: 'allow', since: 7 })
})

test('an allow of one scope does not lift the deny of the other', () => {
  const ofAll = order({ agent: everyAgent, state: 'deny', sinceRev: 3 })
  const ofOne = order({ state: 'allow', sinceRev: 9 })
  expect(effectiveSwitches('support-agent', [ofAll, ofOne])['writes']).toMatchObject({
    state: 'deny',
    since: 3,
  })
})

test('what nobody ordered is said to be allowed, and unknown it is denied, but for the agent itself', () => {
  expect(effectiveSwitches('support-agent', [])).toMatchObject({
    agent: { state: 'allow', onUnknown: 'allow' },
    'tool:*': { state: 'allow', onUnknown: 'deny', strict: true },
    writes: { state: 'allow', onUnknown: 'deny', strict: true },
  })
})

test.each([
  ['writes', ['writes', 'agent']],
  ['agent', ['agent']],
  ['tool:refund', ['tool:refund', 'tool:*', 'agent']],
  ['tool:*', ['tool:*', 'agent']],
])('%s is covered by %j', (name, covering) => expect(coveringNames(name)).toEqual(covering))

test.each(['writes', 'agent', 'tool:refund', 'tool:*', 'tool:mcp__crm.update/v2'])('%s is a switch', (name) =>
  expect(name).toMatch(switchNamePattern),
)
test.each([
  '',
  'write',
  'Agent',
  'tool:',
  'tool:a b',
  'tool:<script>',
  'writes\n',
  `tool:${'x'.repeat(101)}`,
])('%j is none', (name) => expect(name).not.toMatch(switchNamePattern))

test('engaging again changes nothing, but takes over what the policy engaged', () => {
  const deny = { state: 'deny', incidentId: null, untilMs: null } as const
  expect(planEngage(null, null)).toBe('engage')
  expect(planEngage({ ...deny, state: 'allow' }, null)).toBe('engage')
  expect(planEngage(deny, null)).toBe('nothing')
  expect(planEngage({ ...deny, incidentId: 'in_1' }, null)).toBe('take_over')
  expect(planEngage(deny, 5)).toBe('ask_at')
})

test('a deny asks once its time is over, once, and an allow never', () => {
  const held = { state: 'deny', incidentId: null, untilMs: 5, askedAtMs: null } as const
  expect(expiryIsDue(held, 4)).toBe(false)
  expect(expiryIsDue(held, 5)).toBe(true)
  expect(expiryIsDue({ ...held, askedAtMs: 5 }, 9)).toBe(false)
  expect(expiryIsDue({ ...held, state: 'allow' }, 9)).toBe(false)
  expect(expiryIsDue({ ...held, untilMs: null }, 9)).toBe(false)
})

test('a switch is called what a person would call it', () => {
  expect(switchWords({ agent: 'support-agent', name: 'writes' })).toBe('writes of support-agent')
  expect(switchWords({ agent: everyAgent, name: 'agent' })).toBe('every agent')
  expect(switchWords({ agent: everyAgent, name: 'tool:refund' })).toBe('the tool refund of every agent')
})
