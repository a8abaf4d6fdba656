import { expect, test } from 'vitest'
import type { NowAgent } from '#lib/views/nowAgent.ts'
import type { Group } from '#lib/views/nowState.ts'
import { headline, lede } from './headline.ts'

const agent = (group: Group, word = 'fine') => ({ group, word }) as NowAgent

test('counts those who need somebody, in words', () => {
  expect(headline([agent('steady'), agent('moving')])).toBe('Nothing needs you')
  expect(headline([agent('attention'), agent('moving')])).toBe('One agent needs you')
  expect(headline([agent('attention'), agent('attention')])).toBe('Two agents need you')
  expect(headline(Array.from({ length: 12 }, () => agent('attention')))).toBe('12 agents need you')
})

test('says what makes it up, and leaves out what there is none of', () => {
  const agents = [
    agent('attention', 'stopped'),
    agent('attention', 'approval'),
    agent('moving'),
    agent('moving'),
  ]
  expect(lede(agents, 1)).toBe('1 incident open, 1 waiting for approval, 2 rollouts moving; 4 agents in all.')
  expect(lede([agent('steady')], 0)).toBe('No rollout is moving; 1 agent in all.')
})
