import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, policyActor, type Role, roles, systemActor, type Capability } from '#lib/domain/actor.ts'
import { approvalMs } from '#lib/domain/approval.ts'
import { after, anActor, noon } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import {
  anAgentIn,
  aRolloutIn,
  giveObservations,
  openInstallation,
  refusalOf,
  valueOf,
} from '#lib/testing/installation.ts'
import { aPerson, aSession } from '#lib/testing/people.ts'
import { evaluateRollout } from '../rollout/evaluate.ts'
import { pauseRollout } from '../rollout/pause.ts'
import { promoteRollout } from '../rollout/promote.ts'
import { resumeRollout } from '../rollout/resume.ts'
import { rollBack } from '../rollout/rollBack.ts'
import { askApproval } from './ask.ts'
import { cancelApproval, decideApproval, settleApproval } from './decide.ts'

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())

const twoStages =
  'stages: [{ name: canary, weight_percent: 20, hold: 0s }, { name: full, weight_percent: 100 }]'
const mira = anActor({ id: 'pe_mira', name: 'Mira', signedInAt: noon })
const noah = anActor({ id: 'pe_noah', name: 'Noah', signedInAt: noon })
let count = 0

/** An agent with a rollout before its last stage, started by somebody else than Mira and Noah. */
async function aRollout(): Promise<{ agent: string; rolloutId: string }> {
  const agent = await anAgentIn(house.db, { agent: `approved-${(count += 1)}` })
  const rolloutId = await aRolloutIn(house.db, agent, after(-120), twoStages)
  await look(rolloutId)
  return { agent, rolloutId }
}

/** The guard looks, as it does every few seconds: where it does not, nothing is promoted. */
async function look(rolloutId: string, seconds = 0) {
  return await evaluateRollout({ rolloutId }, policyActor, at(seconds))
}

/** Somebody who may approve for this agent and has signed in. */
async function aSecondPerson(agent: string): Promise<void> {
  const { personId } = await aPerson(house.db, `Second of ${agent}`, [{ role: 'approver', agent }])
  await aSession(house.db, personId, noon)
}

const at = (seconds = 0) => ({ db: house.db, now: after(seconds) })

async function ask(rolloutId: string, kind = 'promote', way = 'second_person', by: Actor = mira) {
  const given = { kind, input: { rolloutId }, reason: 'It has been quiet for an hour', way }
  return await askApproval(given, by, at())
}

async function asked(rolloutId: string, kind = 'promote'): Promise<string> {
  return valueOf(await ask(rolloutId, kind)).approvalId
}

async function decide(approvalId: string, by: Actor, verdict = 'approve', seconds = 0) {
  const reason = verdict === 'reject' ? { reason: 'Not on a Friday' } : {}
  return await decideApproval({ approvalId, verdict, ...reason }, by, at(seconds))
}

const rolloutRow = (id: string) => house.db.rollout.findUniqueOrThrow({ where: { id } })
const approvalRow = (id: string) => house.db.approval.findUniqueOrThrow({ where: { id } })

/** The policy looks until it finds nothing wrong. */
async function allow(agent: string, rolloutId: string, from = 0): Promise<void> {
  for (let second = from + 5; second <= from + 120; second += 5) {
    await giveObservations(house.db, agent, after(second), {
      '2.4.0': { runs: 200, errors: 1 },
      '2.3.3': { runs: 400, errors: 2 },
    })
    if (valueOf(await look(rolloutId, second)).outcome === 'allow') return
  }
  throw new Error('It was never allowed')
}

describe('promoting to 100 %', () => {
  test('takes a second person: one asks, another approves, and both are on the record', async () => {
    const { rolloutId } = await aRollout()
    expect(refusalOf(await promoteRollout({ rolloutId, reason: 'now' }, mira, at()))).toBe('approval_needed')
    const approvalId = await asked(rolloutId)
    expect((await rolloutRow(rolloutId)).phase).toBe('progressing')
    expect(valueOf(await decide(approvalId, noah)).status).toBe('approved')
    expect((await rolloutRow(rolloutId)).phase).toBe('completed')
    const line = await house.db.auditEntry.findFirstOrThrow({
      where: { rolloutId, action: 'rollout.complete' },
    })
    expect(JSON.parse(line.body)).toMatchObject({
      actor: { name: 'Noah' },
      details: {
        approval: { requested_by: { name: 'Mira' }, approved_by: { name: 'Noah' }, mode: 'second_person' },
      },
    })
  })

  test('whoever asked never approves, nor does who started it, nor a machine; the database holds it too', async () => {
    const { rolloutId } = await aRollout()
    const approvalId = await asked(rolloutId)
    const token = anActor({ kind: 'token', id: 'tk_1', name: 'ci' })
    const starter = anActor({ signedInAt: noon })
    for (const actor of [mira, starter, token])
      expect(refusalOf(await decide(approvalId, actor))).toBe('forbidden')
    await expect(
      house.db.approval.update({
        where: { id: approvalId },
        data: { status: 'approved', mode: 'second_person', endedById: mira.id },
      }),
    ).rejects.toThrow(/approval_second_person/)
    expect((await approvalRow(approvalId)).status).toBe('waiting')
  })

  test('a yes lapses when the world moved on, and says what moved', async () => {
    const { rolloutId } = await aRollout()
    const approvalId = await asked(rolloutId)
    valueOf(await pauseRollout({ rolloutId }, noah, at(1)))
    const decided = valueOf(await decide(approvalId, noah, 'approve', 2))
    expect(decided).toMatchObject({ status: 'lapsed' })
    expect(decided.because).toMatch(/paused|version was/)
    expect((await rolloutRow(rolloutId)).phase).toBe('paused')
  })

  test('a yes lapses also when it could be asked for again, but not as it was', async () => {
    const { rolloutId } = await aRollout()
    const approvalId = await asked(rolloutId)
    valueOf(await pauseRollout({ rolloutId }, noah, at(1)))
    valueOf(await resumeRollout({ rolloutId }, noah, at(2)))
    const decided = valueOf(await decide(approvalId, noah, 'approve', 3))
    expect(decided).toMatchObject({ status: 'lapsed', because: expect.stringContaining('version was') })
    expect((await rolloutRow(rolloutId)).phase).toBe('progressing')
  })

  test('it can be rejected with a reason, and taken back', async () => {
    const { rolloutId } = await aRollout()
    const first = await asked(rolloutId)
    expect(refusalOf(await decideApproval({ approvalId: first, verdict: 'reject' }, noah, at()))).toBe(
      'bad_input',
    )
    expect(valueOf(await decide(first, noah, 'reject')).status).toBe('rejected')
    expect(refusalOf(await decide(first, noah))).toBe('not_now')
    const second = await asked(rolloutId)
    expect(refusalOf(await ask(rolloutId))).toBe('exists')
    valueOf(await cancelApproval({ approvalId: second }, mira, at()))
    expect(refusalOf(await decide(second, noah))).toBe('not_now')
  })

  test('its time is over after an hour, and the guard says so once', async () => {
    const { rolloutId } = await aRollout()
    const approvalId = await asked(rolloutId)
    const late = approvalMs / 1000
    expect(refusalOf(await decide(approvalId, noah, 'approve', late))).toBe('forbidden')
    valueOf(await look(rolloutId, late - 1))
    valueOf(await settleApproval({ approvalId }, systemActor, at(late - 1)))
    expect((await approvalRow(approvalId)).status).toBe('waiting')
    for (let time = 0; time < 2; time += 1)
      valueOf(await settleApproval({ approvalId }, systemActor, at(late)))
    expect((await approvalRow(approvalId)).status).toBe('expired')
    expect(await house.db.auditEntry.count({ where: { rolloutId, action: 'approval.settle' } })).toBe(1)
  })

  test('two who approve at the same instant: it happens once, and the other is told', async () => {
    const { rolloutId } = await aRollout()
    const approvalId = await asked(rolloutId)
    const olga = anActor({ id: 'pe_olga', name: 'Olga', signedInAt: noon })
    const outcomes = await Promise.all([decide(approvalId, noah), decide(approvalId, olga)])
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(1)
    expect(outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.refusal.because]))).toEqual([
      'This was approved already',
    ])
    expect(await house.db.auditEntry.count({ where: { rolloutId, action: 'rollout.complete' } })).toBe(1)
  })

  test('the policy asks by itself once evidence and time are there, and again after its time was over', async () => {
    const { agent, rolloutId } = await aRollout()
    await allow(agent, rolloutId)
    const waiting = () => house.db.approval.findFirstOrThrow({ where: { rolloutId, status: 'waiting' } })
    const first = await waiting()
    expect(first).toMatchObject({ askedById: 'policy', kind: 'promote' })
    valueOf(await settleApproval({ approvalId: first.id }, systemActor, at(approvalMs / 1000 + 1)))
    const later = approvalMs / 1000 + 2
    await allow(agent, rolloutId, later)
    // The first look after an hour ends the silence; the next one may open a gate.
    await allow(agent, rolloutId, later + 5)
    const second = await waiting()
    expect(second.id).not.toBe(first.id)
    expect(valueOf(await decide(second.id, noah, 'approve', later + 12)).status).toBe('approved')
    expect((await rolloutRow(rolloutId)).phase).toBe('completed')
  })
})

describe('rolling back by hand', () => {
  test('takes nobody else while the policy does not say allow', async () => {
    const { rolloutId } = await aRollout()
    valueOf(await rollBack({ rolloutId }, mira, at()))
    expect((await rolloutRow(rolloutId)).phase).toBe('rolled_back')
  })

  test('takes a second person while the policy says allow; a machine acts for whoever gave it the right', async () => {
    const { agent, rolloutId } = await aRollout()
    await allow(agent, rolloutId)
    expect(refusalOf(await rollBack({ rolloutId }, mira, at(2)))).toBe('approval_needed')
    const approvalId = await asked(rolloutId, 'rollback')
    expect(valueOf(await decide(approvalId, noah)).status).toBe('approved')
    expect((await rolloutRow(rolloutId)).phase).toBe('rolled_back')

    const other = await aRollout()
    await allow(other.agent, other.rolloutId)
    const token = anActor({ kind: 'token', id: 'tk_1', name: 'ci' })
    valueOf(await rollBack({ rolloutId: other.rolloutId }, token, at(2)))
  })

  test('breaking the glass does it at once, with a recent sign-in, and is marked', async () => {
    const { agent, rolloutId } = await aRollout()
    await aSecondPerson(agent)
    await allow(agent, rolloutId)
    const stale = { ...mira, signedInAt: after(-3600) }
    expect(refusalOf(await ask(rolloutId, 'rollback', 'break_glass', stale))).toBe('step_up')
    const { approvalId, status } = valueOf(await ask(rolloutId, 'rollback', 'break_glass'))
    expect(status).toBe('approved')
    expect(await approvalRow(approvalId)).toMatchObject({ mode: 'break_glass', endedById: mira.id })
    expect((await rolloutRow(rolloutId)).phase).toBe('rolled_back')
    expect(refusalOf(await ask((await aRollout()).rolloutId, 'promote', 'break_glass'))).toBe('forbidden')
  })

  test('two people and the policy at the same instant: one switch, one winner, and the others are told', async () => {
    const { agent, rolloutId } = await aRollout()
    await giveObservations(house.db, agent, after(1), {
      '2.4.0': { runs: 40, errors: 40 },
      '2.3.3': { runs: 400 },
    })
    const [byMira, byNoah, byPolicy] = await Promise.all([
      rollBack({ rolloutId }, mira, at(2)),
      rollBack({ rolloutId }, noah, at(2)),
      evaluateRollout({ rolloutId }, policyActor, at(2)),
    ])
    const people = [byMira, byNoah].map((outcome) => valueOf(outcome).alreadyRolledBack)
    valueOf(byPolicy)
    const lines = await house.db.auditEntry.findMany({ where: { rolloutId, action: 'rollout.rollback' } })
    expect(lines.filter((line) => line.outcome === 'rolled_back')).toHaveLength(1)
    expect(people.filter((already) => !already).length).toBeLessThanOrEqual(1)
    expect(await house.db.incident.count({ where: { rolloutId } })).toBe(1)
  })
})

describe('a team of one', () => {
  test('does with a recent sign-in and a reason what takes a second person, and the record says so', async () => {
    const { rolloutId } = await aRollout()
    const stale = { ...mira, signedInAt: after(-3600) }
    expect(refusalOf(await ask(rolloutId, 'promote', 'alone', stale))).toBe('step_up')
    expect(valueOf(await ask(rolloutId, 'promote', 'alone')).status).toBe('approved')
    const line = await house.db.auditEntry.findFirstOrThrow({
      where: { rolloutId, action: 'rollout.complete' },
    })
    expect(JSON.parse(line.body)).toMatchObject({
      details: { approval: { mode: 'single_operator', approved_by: null } },
    })
  })

  test('ends by itself once a second person who may approve has signed in; the database holds it too', async () => {
    const { agent, rolloutId } = await aRollout()
    const { personId } = await aPerson(house.db, `Quiet of ${agent}`, [{ role: 'approver', agent }])
    const waiting = await asked(rolloutId)
    await aSession(house.db, personId, noon)
    expect(refusalOf(await ask(rolloutId, 'promote', 'alone'))).toBe('approval_needed')
    await expect(
      house.db.approval.update({
        where: { id: waiting },
        data: { status: 'approved', mode: 'single_operator', endedById: mira.id },
      }),
    ).rejects.toThrow(/second person/)
  })

  test('the database counts the same roles as able to approve as the domain does', async () => {
    const able = (Object.keys(roles) as Role[]).filter((role) =>
      (roles[role] as readonly Capability[]).includes('approval.decide'),
    )
    const [row] = await house.db.$queryRaw<{ source: string }[]>`
      SELECT prosrc AS source FROM pg_proc WHERE proname = 'switchback_alone'`
    const named = /g\.role IN \(([^)]*)\)/.exec(row?.source ?? '')?.[1]?.match(/\w+/g)
    expect(named?.sort()).toEqual(able.sort())
  })
})
