import { describe, expect, test } from 'vitest'
import { aFallback, anActor, aRollout, noon } from '#lib/testing/builders.ts'
import { phases } from './rollout.ts'
import { type StartFacts, whyNot } from './whyNot.ts'

function facts(changes: Partial<StartFacts> = {}): StartFacts {
  return {
    stable: { ...aFallback(), name: '2.3.3', digest: 'sha256:a' },
    candidate: { exists: true, locked: false, name: '2.4.0', digest: 'sha256:b' },
    agentStable: '2.3.3',
    liveRolloutId: null,
    ...changes,
  }
}

describe('a rollout starts only with a way back', () => {
  test('a healthy stable and an unlocked candidate', () => expect(whyNot.start(facts())).toBeNull())

  test.each([
    [
      'stable missing',
      facts({ stable: { ...aFallback({ exists: false }), name: '2.3.3', digest: null } }),
      'not registered',
    ],
    [
      'stable locked',
      facts({ stable: { ...aFallback({ locked: true }), name: '2.3.3', digest: 'sha256:a' } }),
      'locked',
    ],
    [
      'stable never attested',
      facts({ stable: { ...aFallback({ attested: false }), name: '2.3.3', digest: 'sha256:a' } }),
      'attested',
    ],
    ['no stable adopted', facts({ agentStable: null }), 'adopt one first'],
    ['another stable', facts({ agentStable: '2.3.2' }), '2.3.2'],
    [
      'candidate missing',
      facts({ candidate: { exists: false, locked: false, name: '2.4.0', digest: null } }),
      'not registered',
    ],
    [
      'candidate locked',
      facts({ candidate: { exists: true, locked: true, name: '2.4.0', digest: 'sha256:b' } }),
      'locked',
    ],
    [
      'the same content',
      facts({ candidate: { exists: true, locked: false, name: '2.4.0', digest: 'sha256:a' } }),
      'same content',
    ],
    ['a live rollout', facts({ liveRolloutId: 'ro_0' }), 'ro_0'],
  ])('%s: refused', (_case, given, words) => expect(whyNot.start(given)).toContain(words))
})

describe('state × action', () => {
  const table: Record<
    (typeof phases)[number],
    { pause: boolean; resume: boolean; promote: boolean; rollBack: boolean }
  > = {
    pending: { pause: false, resume: false, promote: false, rollBack: false },
    progressing: { pause: true, resume: false, promote: true, rollBack: true },
    paused: { pause: false, resume: true, promote: false, rollBack: true },
    completed: { pause: false, resume: false, promote: false, rollBack: false },
    rolled_back: { pause: false, resume: false, promote: false, rollBack: false },
  }
  test.each(phases)('%s', (phase) => {
    const rollout = aRollout({ phase })
    expect({
      pause: whyNot.pause(rollout, anActor()) === null,
      resume: whyNot.resume(rollout, anActor(), false) === null,
      promote: whyNot.promote(rollout, anActor(), false, noon) === null,
      rollBack: whyNot.rollBack(rollout, anActor(), aFallback(), noon) === null,
    }).toEqual(table[phase])
  })
})

test('a locked candidate is neither resumed nor promoted', () => {
  expect(whyNot.resume(aRollout({ phase: 'paused' }), anActor(), true)).toContain('locked')
  expect(whyNot.promote(aRollout(), anActor(), true, noon)).toContain('locked')
})

test('an actor without the capability, or for another agent, may do nothing', () => {
  for (const actor of [anActor({ capabilities: ['view'] }), anActor({ agents: ['billing-agent'] })]) {
    const paused = aRollout({ phase: 'paused' })
    expect(whyNot.pause(aRollout(), actor)).toContain('Your role')
    expect(whyNot.resume(paused, actor, false)).toContain('Your role')
    expect(whyNot.promote(aRollout(), actor, false, noon)).toContain('Your role')
    expect(whyNot.rollBack(aRollout(), actor, aFallback(), noon)).toContain('Your role')
  }
})
