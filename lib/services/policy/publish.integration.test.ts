import { afterAll, beforeAll, expect, test } from 'vitest'
import { after, anActor, noon } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { anAgentIn, documentOf, openInstallation, refusalOf, valueOf } from '#lib/testing/installation.ts'
import { askApproval } from '../approval/ask.ts'
import { decideApproval } from '../approval/decide.ts'
import { rollBack } from '../rollout/rollBack.ts'
import { startRollout } from '../rollout/start.ts'
import { publishPolicy } from './publish.ts'

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())

const mira = anActor({ id: 'pe_mira', name: 'Mira', signedInAt: noon })
const noah = anActor({ id: 'pe_noah', name: 'Noah', signedInAt: noon })
const at = (seconds = 0) => ({ db: house.db, now: after(seconds) })

/** The document of the tests with another limit on errors. */
const limited = (agent: string, limit: number, candidate = '2.4.0') => ({
  yaml: documentOf(agent, candidate).replace('error_rate_p95: 0.05', `error_rate_p95: ${limit}`),
})
const inForce = async (agent: string) =>
  (await house.db.agent.findUniqueOrThrow({ where: { name: agent } })).livePolicy

/** An agent with the policy of the tests in force: limit 0.05. */
async function anAgentWithPolicy(agent: string): Promise<string> {
  await anAgentIn(house.db, { agent, versions: ['2.4.0', '2.5.0'] })
  const started = await startRollout({ agent, document: limited(agent, 0.05) }, mira, at())
  valueOf(await rollBack({ rolloutId: valueOf(started).rolloutId }, mira, at(1)))
  return agent
}

test('the first rollout brings the policy; tightening is one act and a new version', async () => {
  const agent = await anAgentWithPolicy('tight-agent')
  expect(await inForce(agent)).toBe(1)
  const tighter = { agent, document: limited(agent, 0.01), reason: 'it is stable now' }
  expect(valueOf(await publishPolicy(tighter, mira, at(2))).number).toBe(2)
  expect(await inForce(agent)).toBe(2)
  valueOf(await publishPolicy(tighter, mira, at(3)))
  expect(await house.db.auditEntry.count({ where: { agent, action: 'policy.publish' } })).toBe(1)
})

test('loosening takes a second person, and is in force once they said yes', async () => {
  const agent = await anAgentWithPolicy('loose-agent')
  const looser = { agent, document: limited(agent, 0.2) }
  expect(refusalOf(await publishPolicy(looser, mira, at(2)))).toBe('approval_needed')
  expect(await inForce(agent)).toBe(1)
  const asked = await askApproval({ kind: 'policy', input: looser, reason: 'a noisy provider' }, mira, at(3))
  const { approvalId } = valueOf(asked)
  expect(refusalOf(await decideApproval({ approvalId, verdict: 'approve' }, mira, at(4)))).toBe('forbidden')
  const late = { ...noah, signedInAt: after(-3600) }
  expect(refusalOf(await decideApproval({ approvalId, verdict: 'approve' }, late, at(4)))).toBe('step_up')
  valueOf(await decideApproval({ approvalId, verdict: 'approve' }, noah, at(4)))
  expect(await inForce(agent)).toBe(2)
})

test('a first policy is free as long as a person is asked before more than half of the traffic', async () => {
  const { db } = house
  const agent = await anAgentIn(db, { agent: 'first-agent' })
  const staged = (stages: string) => ({
    agent,
    document: { yaml: documentOf(agent, '2.4.0', `stages: [${stages}]`) },
  })
  const all = staged('{ name: all, weight_percent: 100, hold: 0s, gate: auto }')
  const refused = await publishPolicy(all, mira, at(1))
  expect(refusalOf(refused)).toBe('approval_needed')
  expect(await inForce(agent)).toBe(null)

  const asked = await askApproval({ kind: 'policy', input: all, reason: 'a toy' }, mira, at(2))
  valueOf(await decideApproval({ approvalId: valueOf(asked).approvalId, verdict: 'approve' }, noah, at(3)))
  expect(await inForce(agent)).toBe(1)

  const other = await anAgentIn(db, { agent: 'free-agent' })
  const twenty = documentOf(
    other,
    '2.4.0',
    'stages: [{ name: a, weight_percent: 20, hold: 0s }, { name: b, weight_percent: 100 }]',
  )
  valueOf(await publishPolicy({ agent: other, document: { yaml: twenty } }, mira, at(4)))
})

test('what a rollout leaves out is as in the policy in force: no limit is dropped by silence', async () => {
  const agent = await anAgentWithPolicy('silent-agent')
  const short = {
    rollback: {
      stable_version: `${agent}@2.3.3`,
      candidate_version: `${agent}@2.5.0`,
      triggers: { tool_failure_rate: 0.01 },
    },
  }
  const token = anActor({ kind: 'token', id: 'tk_1', name: 'ci' })
  const { rolloutId } = valueOf(await startRollout({ agent, document: { json: short } }, token, at(2)))
  const { policyNumber } = await house.db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })
  const policyOf = async (number: number) =>
    (await house.db.policyVersion.findUniqueOrThrow({ where: { agent_number: { agent, number } } })).policy
  const limits = ['error_rate', 'latency_p95_ms', 'tool_failure_rate'].map((metric) => ({ metric }))
  expect(policyNumber).toBe(2)
  expect(await policyOf(2)).toMatchObject({ triggers: limits })
  const { triggers: _then, ...before } = (await policyOf(1)) as Record<string, unknown>
  expect(await policyOf(2)).toMatchObject(before)
})

test('a document of another agent, or one that cannot be read, is refused by name', async () => {
  const agent = await anAgentWithPolicy('named-agent')
  for (const yaml of [documentOf('other-agent'), documentOf(agent).replace('0.05', '5'), 'rollback: [']) {
    expect(refusalOf(await publishPolicy({ agent, document: { yaml } }, mira, at(2)))).toBe('bad_input')
  }
  const viewer = anActor({ capabilities: ['view'] })
  expect(refusalOf(await publishPolicy({ agent, document: limited(agent, 0.01) }, viewer, at(2)))).toBe(
    'forbidden',
  )
})
