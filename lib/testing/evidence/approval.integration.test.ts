import { afterAll, beforeAll, expect, test } from 'vitest'
import { replayRecorded } from '#lib/domain/decision/recorded.ts'
import { promoteRollout } from '#lib/services/rollout/promote.ts'
import { fromJson } from '#lib/store/json.ts'
import { anActor } from '../builders.ts'
import { valueOf } from '../installation.ts'
import { openPassages, type Passage, type Passages } from '../passage.ts'
import { mixed } from '../playedRuns.ts'

/** A metric that asks a person: it holds the rollout until somebody lets it go on, and then takes twice as much. */

let passages: Passages
beforeAll(async () => {
  passages = await openPassages()
})
afterAll(() => passages.close())

const stages = [
  { name: 'half', weight_percent: 50, hold: '30m' },
  { name: 'most', weight_percent: 60, hold: '30m' },
  { name: 'more', weight_percent: 70, hold: '30m' },
  { name: 'full', weight_percent: 100 },
]

const failing = (times: readonly [number, number]) =>
  mixed(0.5, 0.5, times, (version, n) => ({ fails: version === '2.4.0' && n % 2 === 0 }))

async function expectSameAgain(passage: Passage): Promise<void> {
  const { db } = passages.house
  const rows = await db.decision.findMany({
    where: { rolloutId: passage.rolloutId },
    orderBy: { number: 'asc' },
  })
  const version = await db.policyVersion.findFirstOrThrow({ where: { agent: passage.agent } })
  const again = replayRecorded(
    fromJson.policy(version.policy),
    rows.map((row) => fromJson.check(row.check)),
  )
  expect(again).toEqual(rows.map(({ decision }) => decision))
}

test('a metric that asks holds the rollout; a yes lets it go on, its evidence begins again, and the record plays the same', async () => {
  const { db } = passages.house
  const passage = await passages.begin('asks', {
    document: { stages },
    // The limit itself is kept: what asks is the comparison alone.
    triggers: { error_rate: { limit: 0.9, action: 'approval' } },
  })
  const { rolloutId } = passage
  passage.send(failing([5, 80]))
  const asked = await passage.playUntil(80)
  expect(asked.decision).toMatchObject({ outcome: 'hold', reason: 'approval_required' })
  expect(asked.rollout).toMatchObject({ phase: 'progressing', stageIndex: 0 })

  passage.send(mixed(0.5, 0.5, [80, 100]))
  const still = await passage.playUntil(100)
  // Latched as it stood: what comes after changes neither the question nor its evidence.
  expect(still.decision).toMatchObject({
    reason: 'approval_required',
    question: asked.decision.question,
    evidence: asked.decision.evidence,
    window: asked.decision.window,
  })

  const yes = { rolloutId, reason: 'The failures are those of a test account' }
  const token = anActor({ kind: 'token', id: 'tk_1', name: 'ci' })
  valueOf(await promoteRollout(yes, token, { db, now: passage.at(101) }))
  expect(await db.rollout.findUniqueOrThrow({ where: { id: rolloutId } })).toMatchObject({ wentOn: true })

  passage.send(mixed(0.6, 0.5, [101, 160]))
  const on = await passage.playUntil(110)
  expect(on.check.wentOn).toBe(true)
  expect(on.decision.reason).not.toBe('approval_required')
  expect(on.decision.evidences[asked.decision.question]).toBeLessThan(20)
  const later = await passage.playUntil(160)
  expect(later.check.wentOn).toBeUndefined()
  expect(later.decision.reason).not.toBe('approval_required')
  await expectSameAgain(passage)

  passage.send(failing([160, 400]))
  const again = await passage.playUntil(400)
  expect(again.decision).toMatchObject({ outcome: 'hold', reason: 'approval_required' })
  if (again.decision.question === asked.decision.question)
    expect(again.decision.threshold).toBe(2 * asked.decision.threshold)
  await expectSameAgain(passage)
})

test('a stop wins over a question that waits for a person', async () => {
  const passage = await passages.begin('asks-and-stops', {
    triggers: {
      error_rate: { limit: 0.05, action: 'approval' },
      tool_failure_rate: 0.05,
    },
  })
  passage.send(failing([5, 80]))
  expect((await passage.playUntil(80)).decision.reason).toBe('approval_required')
  passage.send(
    mixed(0.5, 0.5, [80, 200], (version) => ({
      tool: { name: 'refund', fails: [version === '2.4.0'] },
    })),
  )
  const seen = await passage.playUntil(200)
  expect(seen.decision.outcome).toBe('stop')
  expect(seen.rollout.phase).toBe('rolled_back')
})
