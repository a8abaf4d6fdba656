import { expect, test } from 'vitest'
import { grantsOfGroups, readGroupRules } from './groupRules.ts'

test('a group gives a role for all agents, or for one', () => {
  expect(readGroupRules('oncall=on_call@support-agent, cn=admins=administrator')).toEqual([
    { group: 'oncall', role: 'on_call', agent: 'support-agent' },
    { group: 'cn=admins', role: 'administrator', agent: '*' },
  ])
})

test.each([
  '',
  'oncall',
  '=viewer',
  'a=owner',
  'a=viewer,',
  'a=viewer@',
  'a=viewer@Not An Agent',
  'a=viewer@x@y',
])('%j is refused whole', (text) => expect(readGroupRules(text)).toBeNull())

test('somebody has what their groups give, each role once, and nothing of a group that is not named', () => {
  const rules = readGroupRules('a=viewer,b=viewer,b=on_call@x,c=administrator') ?? []
  expect(grantsOfGroups(rules, ['a', 'b', 'A', 'd'])).toEqual([
    { role: 'viewer', agent: '*' },
    { role: 'on_call', agent: 'x' },
  ])
  expect(grantsOfGroups(rules, [])).toEqual([])
})
