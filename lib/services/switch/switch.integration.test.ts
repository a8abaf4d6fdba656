import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { systemActor } from '#lib/domain/actor.ts'
import { buildTable } from '#lib/routing/build.ts'
import { decideCapability, decideVersion } from '#lib/routing/decide.ts'
import { nextRevision } from '#lib/store/revision.ts'
import { readRoutingFacts } from '#lib/store/routing.ts'
import { inTransaction } from '#lib/store/transaction.ts'
import { after, anActor, noon } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import { anAgentIn, aRolloutIn, openInstallation, refusalOf, valueOf } from '#lib/testing/installation.ts'
import { aPerson, aSession } from '#lib/testing/people.ts'
import { askApproval } from '../approval/ask.ts'
import { decideApproval } from '../approval/decide.ts'
import { verifyRecovery } from '../incident/verify.ts'
import { rollBack } from '../rollout/rollBack.ts'
import { engageSwitch } from './engage.ts'
import { expireSwitch } from './expire.ts'

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())

const mira = anActor({ id: 'pe_mira', name: 'Mira', signedInAt: noon })
const noah = anActor({ id: 'pe_noah', name: 'Noah', signedInAt: noon })
const at = (seconds = 0) => ({ db: house.db, now: after(seconds) })
let count = 0
const anAgent = () => anAgentIn(house.db, { agent: `switched-${(count += 1)}` })

const table = async () => buildTable(await readRoutingFacts(house.db), 'test')
/** What an instance that knows only the newest table answers. */
async function may(agent: string, name: string): Promise<boolean> {
  const asked = { onUnknown: 'deny', isLatched: () => false } as const
  return decideCapability(await table(), agent, name, asked).allowed
}
const rowOf = (agent: string, name: string) =>
  house.db.capabilityState.findUniqueOrThrow({ where: { agent_name: { agent, name } } })
const linesOf = (agent: string | null, action: string) =>
  house.db.auditEntry.findMany({ where: { agent, action }, orderBy: { position: 'asc' } })

async function ask(agent: string, name: string) {
  const asking = { kind: 'switch_release', input: { agent, name }, reason: 'The provider is back' }
  return await askApproval({ ...asking, way: 'second_person' }, mira, at(60))
}

describe('engaging', () => {
  test('denies in the next revision of the one table, with its line on the record', async () => {
    const agent = await anAgent()
    const other = await anAgent()
    const before = await table()
    expect(await may(agent, 'writes')).toBe(true)
    const engaged = valueOf(await engageSwitch({ agent, name: 'writes', reason: 'it lies' }, mira, at()))
    expect(engaged).toEqual({
      agent,
      name: 'writes',
      state: 'deny',
      revision: before.rev + 1,
      alreadyDenied: false,
    })
    expect([await may(agent, 'writes'), await may(other, 'writes')]).toEqual([false, true])
    expect(await linesOf(agent, 'capability.deny')).toMatchObject([{ outcome: 'deny', actorId: 'pe_mira' }])
  })

  test('again, or by several at once, is one order and one line', async () => {
    const agent = await anAgent()
    const all = await Promise.all(
      [mira, noah, mira, noah].map((actor) => engageSwitch({ agent, name: 'agent' }, actor, at())),
    )
    expect(all.filter((outcome) => !valueOf(outcome).alreadyDenied)).toHaveLength(1)
    expect(await linesOf(agent, 'capability.deny')).toHaveLength(1)
    expect(valueOf(await engageSwitch({ agent, name: 'agent' }, mira, at(1))).alreadyDenied).toBe(true)
  })

  test('for every agent takes a right for every agent, and stops those of tomorrow too', async () => {
    const agent = await anAgent()
    const ofOne = anActor({ agents: [agent] })
    expect(refusalOf(await engageSwitch({ agent: '*', name: 'tool:wire' }, ofOne, at()))).toBe('forbidden')
    valueOf(await engageSwitch({ agent: '*', name: 'tool:wire' }, mira, at()))
    expect(await may(agent, 'tool:wire')).toBe(false)
    expect(await may(await anAgent(), 'tool:wire')).toBe(false)
    expect(await may(agent, 'tool:lookup')).toBe(true)
    // Nobody is called `*`: the line stands in the system's chain.
    const [line] = (await linesOf(null, 'capability.deny')).slice(-1)
    expect(JSON.parse(line?.body ?? '')).toMatchObject({
      chain: '(system)',
      details: { scope: 'every agent' },
    })
  })

  test('an agent stops it whole: no version, no write, no tool', async () => {
    const agent = await anAgent()
    valueOf(await engageSwitch({ agent, name: 'agent' }, mira, at()))
    const standing = { stableDefault: '2.3.3', leaseExpired: false }
    expect(decideVersion(await table(), agent, { conversationId: 'c' }, standing).version).toBeNull()
    expect([await may(agent, 'writes'), await may(agent, 'tool:refund')]).toEqual([false, false])
  })

  test('what does not exist, or is no switch, is refused', async () => {
    expect(refusalOf(await engageSwitch({ agent: 'nobody', name: 'writes' }, mira, at()))).toBe('missing')
    const agent = await anAgent()
    for (const name of ['write', 'tool:', '*']) {
      expect(refusalOf(await engageSwitch({ agent, name }, mira, at()))).toBe('bad_input')
    }
    const past = { agent, name: 'writes', askAt: after(-1).toISOString() }
    expect(refusalOf(await engageSwitch(past, mira, at()))).toBe('bad_input')
    const viewer = anActor({ capabilities: ['view'] })
    expect(refusalOf(await engageSwitch({ agent, name: 'writes' }, viewer, at()))).toBe('forbidden')
  })
})

describe('releasing', () => {
  test('takes a second person, and only the newer table then says allow', async () => {
    const agent = await anAgent()
    valueOf(await engageSwitch({ agent, name: 'writes' }, mira, at()))
    const { approvalId } = valueOf(await ask(agent, 'writes'))
    expect(await may(agent, 'writes')).toBe(false)
    const approve = { approvalId, verdict: 'approve' }
    expect(refusalOf(await decideApproval(approve, mira, at(61)))).toBe('forbidden')
    const long = { ...noah, signedInAt: after(-3600) }
    expect(refusalOf(await decideApproval(approve, long, at(61)))).toBe('step_up')
    expect(await may(agent, 'writes')).toBe(false)
    valueOf(await decideApproval(approve, noah, at(62)))
    expect(await may(agent, 'writes')).toBe(true)
    // Said, not left out: an instance that latched the deny has to read "allow".
    expect((await table()).agents[agent]?.capabilities?.['writes']).toMatchObject({ state: 'allow' })
    const [line] = await linesOf(agent, 'capability.allow')
    expect(JSON.parse(line?.body ?? '')).toMatchObject({
      actor: { name: 'Noah' },
      details: { approval: { requested_by: { name: 'Mira' }, approved_by: { name: 'Noah' } } },
    })
  })

  test('of one agent leaves what is denied for every agent', async () => {
    const agent = await anAgent()
    valueOf(await engageSwitch({ agent, name: 'tool:mail' }, mira, at()))
    valueOf(await engageSwitch({ agent: '*', name: 'tool:mail' }, mira, at()))
    const { approvalId } = valueOf(await ask(agent, 'tool:mail'))
    valueOf(await decideApproval({ approvalId, verdict: 'approve' }, noah, at(61)))
    expect(await may(agent, 'tool:mail')).toBe(false)
    const ofAll = valueOf(await ask('*', 'tool:mail'))
    const ofOne = anActor({ id: 'pe_one', agents: [agent], signedInAt: noon })
    const yes = { approvalId: ofAll.approvalId, verdict: 'approve' }
    expect(refusalOf(await decideApproval(yes, ofOne, at(62)))).toBe('forbidden')
    valueOf(await decideApproval(yes, noah, at(62)))
    expect(await may(agent, 'tool:mail')).toBe(true)
  })

  test('lapses when the switch is not the one that was seen', async () => {
    const agent = await anAgent()
    valueOf(await engageSwitch({ agent, name: 'writes' }, mira, at()))
    const { approvalId } = valueOf(await ask(agent, 'writes'))
    valueOf(await engageSwitch({ agent, name: 'writes', askAt: after(900).toISOString() }, noah, at(61)))
    const decided = valueOf(await decideApproval({ approvalId, verdict: 'approve' }, noah, at(62)))
    expect(decided).toMatchObject({ status: 'lapsed', because: expect.stringContaining('until was none') })
    expect(await may(agent, 'writes')).toBe(false)
  })

  test('what is not denied cannot be released, and a machine cannot ask', async () => {
    const agent = await anAgent()
    expect(refusalOf(await ask(agent, 'writes'))).toBe('not_now')
    valueOf(await engageSwitch({ agent, name: 'writes' }, mira, at()))
    const token = anActor({ kind: 'token', id: 'tk_1', name: 'ci' })
    const asking = { kind: 'switch_release', input: { agent, name: 'writes' }, reason: 'please' }
    expect(refusalOf(await askApproval(asking, token, at(60)))).toBe('forbidden')
  })

  test('somebody alone does it with a recent sign-in, until a second person is there', async () => {
    const agent = await anAgent()
    valueOf(await engageSwitch({ agent, name: 'writes' }, mira, at()))
    const alone = { kind: 'switch_release', input: { agent, name: 'writes' }, reason: 'fixed', way: 'alone' }
    const { personId } = await aPerson(house.db, 'Second of switches', [{ role: 'approver', agent }])
    expect(refusalOf(await askApproval(alone, { ...mira, signedInAt: after(-3600) }, at()))).toBe('step_up')
    await aSession(house.db, personId, noon)
    expect(refusalOf(await askApproval(alone, mira, at()))).toBe('approval_needed')
    expect(await may(agent, 'writes')).toBe(false)
  })
})

describe('the policy', () => {
  const fragile = '  disable_writes_on_rollback: true'

  test('what it denied for a rollback, and a person then ordered, recovery does not lift', async () => {
    const agent = await anAgent()
    const rolloutId = await aRolloutIn(house.db, agent, noon, fragile)
    const { incidentId } = valueOf(await rollBack({ rolloutId }, mira, at(1)))
    expect(await linesOf(agent, 'capability.deny')).toHaveLength(1)
    expect((await rowOf(agent, 'writes')).incidentId).toBe(incidentId)
    expect(valueOf(await engageSwitch({ agent, name: 'writes' }, noah, at(2)))).toMatchObject({
      alreadyDenied: true,
    })
    expect(await rowOf(agent, 'writes')).toMatchObject({ incidentId: null, setBy: { name: 'Noah' } })
    await house.db.incident.update({ where: { id: incidentId ?? '' }, data: { recoveryUntil: after(3) } })
    valueOf(await verifyRecovery({ incidentId }, systemActor, at(400)))
    expect(await may(agent, 'writes')).toBe(false)
  })

  test('and a person at the same instant: the order that commits first is the one, the other is told', async () => {
    const agent = await anAgent()
    const { db } = house
    const ordered: ReturnType<typeof engageSwitch>[] = []
    await inTransaction(db, async (tx) => {
      const sinceRev = await nextRevision(tx, after(1))
      ordered.push(engageSwitch({ agent, name: 'writes' }, mira, at(2)))
      // The policy's deny is written while the person's order waits for it.
      await vi.waitFor(async () => {
        const [waiting] = await db.$queryRaw<{ n: number }[]>`
          SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted`
        expect(waiting?.n).toBeGreaterThan(0)
      })
      const setBy = { kind: 'policy', id: 'policy', name: 'the policy' }
      const row = {
        agent,
        name: 'writes',
        state: 'deny',
        onUnknown: 'deny',
        sinceRev,
        reason: 'errors',
        setBy,
      }
      await tx.capabilityState.create({ data: { ...row, setAt: after(1), incidentId: 'in_1' } })
    })
    for (const outcome of await Promise.all(ordered)) expect(valueOf(outcome).alreadyDenied).toBe(true)
    expect(await rowOf(agent, 'writes')).toMatchObject({ incidentId: null, setBy: { name: 'Mira' } })
  })

  test('leaves a deny that a person had ordered before as it is', async () => {
    const agent = await anAgent()
    const rolloutId = await aRolloutIn(house.db, agent, noon, fragile)
    valueOf(await engageSwitch({ agent, name: 'writes' }, noah, at()))
    valueOf(await rollBack({ rolloutId }, mira, at(1)))
    expect(await rowOf(agent, 'writes')).toMatchObject({ incidentId: null, setBy: { name: 'Noah' } })
  })
})

test('the row of a switch cannot be deleted: without it a table would allow what nobody allowed', async () => {
  const agent = await anAgent()
  valueOf(await engageSwitch({ agent, name: 'writes' }, mira, at()))
  await expect(house.db.capabilityState.deleteMany({ where: { agent } })).rejects.toThrow(/permission denied/)
})

describe('a deny whose time is over', () => {
  test('asks once, by an alert, and stays', async () => {
    const agent = await anAgent()
    valueOf(await engageSwitch({ agent, name: 'writes', askAt: after(60).toISOString() }, mira, at()))
    valueOf(await expireSwitch({ agent, name: 'writes' }, systemActor, at(59)))
    expect((await rowOf(agent, 'writes')).expiryAskedAt).toBeNull()
    for (let time = 60; time < 63; time += 1)
      valueOf(await expireSwitch({ agent, name: 'writes' }, systemActor, at(time)))
    expect(await rowOf(agent, 'writes')).toMatchObject({ state: 'deny', expiryAskedAt: after(60) })
    expect(await may(agent, 'writes')).toBe(false)
    const owed = await house.db.delivery.findMany({ where: { kind: 'switch_expired' } })
    expect(owed.filter(({ onceKey }) => onceKey.includes(`:${agent}:`))).toHaveLength(1)
    expect(await linesOf(agent, 'switch.expire')).toHaveLength(1)
  })

  test('can be told to ask later', async () => {
    const agent = await anAgent()
    valueOf(await engageSwitch({ agent, name: 'writes', askAt: after(60).toISOString() }, mira, at()))
    valueOf(await expireSwitch({ agent, name: 'writes' }, systemActor, at(60)))
    valueOf(await engageSwitch({ agent, name: 'writes', askAt: after(900).toISOString() }, mira, at(61)))
    expect(await rowOf(agent, 'writes')).toMatchObject({ expiryAskedAt: null, until: after(900) })
  })
})
