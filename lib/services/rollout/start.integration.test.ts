import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { capabilitiesOfScopes, type Scope } from '#lib/domain/actor.ts'
import type { Outcome } from '../outcome.ts'
import { after, anActor, noon } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { anAgentIn, documentOf, openInstallation, refusalOf, valueOf } from '#lib/testing/installation.ts'
import { askApproval } from '../approval/ask.ts'
import { decideApproval } from '../approval/decide.ts'
import { rollBack } from './rollBack.ts'
import { startRollout } from './start.ts'

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())

const mira = anActor({ id: 'pe_mira', name: 'Mira', signedInAt: noon })
const noah = anActor({ id: 'pe_noah', name: 'Noah', signedInAt: noon })
const aToken = (...scopes: Scope[]) =>
  anActor({ kind: 'token', id: 'tk_ci', name: 'ci', capabilities: capabilitiesOfScopes(scopes) })
const ci = aToken('deploy', 'read')
const at = (seconds = 0) => ({ db: house.db, now: after(seconds) })

const four =
  'stages: [{ name: a, weight_percent: 5, hold: 1m }, { name: b, weight_percent: 25, hold: 1m, gate: approval }, ' +
  '{ name: c, weight_percent: 50, hold: 1m }, { name: d, weight_percent: 100 }]'
const allAtOnce = 'stages: [{ name: all, weight_percent: 100, hold: 0s, gate: auto }]'
const scored = `scores: { helpful: 0.7 }\n${four}`

/** An agent with the policy `extra` in force, and no rollout under way. */
async function anAgentWith(agent: string, extra: string): Promise<string> {
  await anAgentIn(house.db, { agent, versions: ['2.4.0', '2.5.0'] })
  const document = { yaml: documentOf(agent, '2.4.0', extra) }
  const { rolloutId } = valueOf(await startRollout({ agent, document }, mira, at()))
  valueOf(await rollBack({ rolloutId }, mira, at(1)))
  return agent
}

const startBy = (actor: typeof ci, agent: string, extra: string, change = (yaml: string) => yaml) =>
  startRollout({ agent, document: { yaml: change(documentOf(agent, '2.5.0', extra)) } }, actor, at(2))

const pathsOf = (outcome: Outcome<unknown>) =>
  outcome.ok ? [] : (outcome.refusal.errors ?? []).map(({ path }) => path)
const rolloutsOf = (agent: string) => house.db.rollout.count({ where: { agent, candidate: '2.5.0' } })
const inForce = async (agent: string) =>
  (await house.db.agent.findUniqueOrThrow({ where: { name: agent } })).livePolicy

describe('a token that may only deploy', () => {
  test.each([
    ['all traffic at once', allAtOnce, (yaml: string) => yaml, 'stages: 100 %'],
    ['a stage removed', four.replace(/\{ name: c[^}]*\}, /, ''), (yaml: string) => yaml, 'stages: 100 %'],
    ['a gate removed', four.replace(', gate: approval', ''), (yaml: string) => yaml, 'stages: 25 %'],
    ['a shorter stage', four.replace('hold: 1m', 'hold: 59s'), (yaml: string) => yaml, 'stages: 25 %'],
    [
      'a limit raised',
      four,
      (yaml: string) => yaml.replace('error_rate_p95: 0.05', 'error_rate: 0.06'),
      'rollback.triggers.error_rate',
    ],
    [
      'a limit that asks instead',
      four,
      (yaml: string) => yaml.replace('error_rate_p95: 0.05', 'error_rate: { limit: 0.05, action: approval }'),
      'rollback.triggers.error_rate.action',
    ],
    [
      'no lock',
      four,
      (yaml: string) => yaml.replace('rollback: true', 'rollback: false'),
      'rollback.lock_candidate_after_rollback',
    ],
    ['a lower score', `scores: { helpful: 0.6 }\n${four}`, (yaml: string) => yaml, 'scores.helpful'],
    [
      'more error types that do not count',
      `cancelled: [AbortError, TimeoutError]\n${four}`,
      (yaml: string) => yaml,
      'cancelled',
    ],
    ['a longer warm-up', `evidence: { warmup: 2m }\n${four}`, (yaml: string) => yaml, 'evidence.warmup'],
  ] as const)('is refused what is looser than the policy in force: %s', async (name, extra, change, path) => {
    const agent = await anAgentWith(`ci-${name.replaceAll(' ', '-')}`, scored)
    const outcome = await startBy(ci, agent, extra, change)
    expect(refusalOf(outcome)).toBe('approval_needed')
    expect(pathsOf(outcome)).toContain(path)
    expect(await rolloutsOf(agent)).toBe(0)
    expect(await inForce(agent)).toBe(1)
  })

  test('is told what is in force, what was asked, and what to do', async () => {
    const agent = await anAgentWith('told-agent', four)
    const outcome = await startBy(ci, agent, four, (yaml) => yaml.replace('p95: 0.05', 'p95: 0.2'))
    const refusal = outcome.ok ? null : outcome.refusal
    expect(refusal?.because).toBe(
      'This is looser than policy 1, which is in force (rollback.triggers.error_rate: 5 % → 20 %). A token cannot ' +
        'loosen: a person publishes the looser policy on the agent’s policy page, a second person approves it, and ' +
        'then this can be started.',
    )
    expect(refusal?.errors).toEqual([
      {
        path: 'rollback.triggers.error_rate',
        given: '20 %',
        expected: 'at most as loose as the policy in force: 5 %',
      },
    ])
    const refused = await house.db.auditEntry.findMany({ where: { chain: agent, outcome: 'refused' } })
    expect(refused).toHaveLength(1)
  })

  test('starts what is as tight, and what is tighter', async () => {
    const same = await anAgentWith('same-agent', scored)
    valueOf(await startBy(ci, same, ''))
    expect(await inForce(same)).toBe(1)

    const tighter = await anAgentWith('tighter-agent', scored)
    valueOf(await startBy(ci, tighter, 'scores: { helpful: 0.9 }\ntools: { refund: 0.02 }'))
    expect(await inForce(tighter)).toBe(2)
  })

  test.each([
    ['with all traffic at once', allAtOnce],
    [
      'with all traffic at once behind a gate that nobody passes',
      'stages: [{ name: all, weight_percent: 100 }]',
    ],
    ['without a gate', four.replace(', gate: approval', '').replace('100 }', '100, gate: auto }')],
    ['with nearly all', 'stages: [{ name: a, weight_percent: 99 }, { name: b, weight_percent: 100 }]'],
  ])('does not start the first rollout of an agent %s', async (name, extra) => {
    const agent = await anAgentIn(house.db, {
      agent: `first-${name.replaceAll(' ', '-')}`,
      versions: ['2.5.0'],
    })
    const outcome = await startBy(ci, agent, extra)
    expect(refusalOf(outcome)).toBe('approval_needed')
    expect(!outcome.ok && outcome.refusal.because).toContain('a first policy')
    expect(await inForce(agent)).toBe(null)
    // A person neither.
    expect(refusalOf(await startBy(mira, agent, extra))).toBe('approval_needed')
  })

  test('starts the first rollout with stages of its own that ask before all traffic', async () => {
    const agent = await anAgentIn(house.db, { agent: 'first-own', versions: ['2.5.0'] })
    const own = 'stages: [{ name: a, weight_percent: 20, hold: 0s }, { name: b, weight_percent: 100 }]'
    valueOf(await startBy(ci, agent, own))
  })
})

test('the right to operate does not loosen either, nor does a person alone', async () => {
  const agent = await anAgentWith('operated-agent', four)
  for (const actor of [aToken('deploy', 'operate', 'read'), mira]) {
    expect(refusalOf(await startBy(actor, agent, allAtOnce))).toBe('approval_needed')
  }
  expect(await rolloutsOf(agent)).toBe(0)
})

test('once a second person approved the looser policy, the token starts by it', async () => {
  const agent = await anAgentWith('approved-agent', four)
  const yaml = documentOf(agent, '2.5.0', allAtOnce)
  const input = { agent, document: { yaml } }
  const asked = await askApproval({ kind: 'policy', input, reason: 'it is a toy' }, mira, at(2))
  valueOf(await decideApproval({ approvalId: valueOf(asked).approvalId, verdict: 'approve' }, noah, at(3)))
  valueOf(await startRollout({ agent, document: { yaml } }, ci, at(4)))
  expect(await rolloutsOf(agent)).toBe(1)
})

test('a policy that was stored before there were metrics with a name keeps its meaning and its number', async () => {
  const agent = await anAgentWith('old-agent', four)
  const key = { agent_number: { agent, number: 1 } }
  const { policy } = await house.db.policyVersion.findUniqueOrThrow({ where: key })
  const later = ['scores', 'feedback', 'tools', 'shares', 'cancelled', 'warmupSeconds', 'unattributedMax']
  const before = Object.fromEntries(
    Object.entries(policy as Record<string, object>).filter(([field]) => !later.includes(field)),
  )
  await house.db.policyVersion.update({ where: key, data: { policy: before } })
  valueOf(await startBy(ci, agent, ''))
  expect(await inForce(agent)).toBe(1)
})
