import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { policyActor } from '#lib/domain/actor.ts'
import type { AuditBody } from '#lib/domain/audit.ts'
import { root } from '#lib/launcher/root.ts'
import { after } from '#lib/testing/builders.ts'
import type { TestDatabase } from '#lib/testing/database.ts'
import {
  anAgentIn,
  aRolloutIn,
  giveObservations,
  openInstallation,
  valueOf,
} from '#lib/testing/installation.ts'
import { auditSentence } from '#lib/views/auditSentence.ts'
import { evaluateRollout } from './rollout/evaluate.ts'

/** What is logged: of which acts, and with which keys. */

let house: TestDatabase
beforeAll(async () => {
  house = await openInstallation()
})
afterAll(() => house.drop())

const services = readdirSync(join(root, 'lib/services'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => ({ file, text: readFileSync(join(root, 'lib/services', file), 'utf8') }))

/** Every `command({ name: '…' })` with the file it is in. */
const commands = services.flatMap(({ file, text }) =>
  [...text.matchAll(/\bcommand\(\{\s*name: '([^']+)'/g)].map((match) => ({ file, name: match[1] ?? '' })),
)

test('every command has a name of its own kind, and writes at least one line when it changes something', () => {
  expect(commands.length).toBeGreaterThan(15)
  for (const { file, name } of commands) {
    expect(name, file).toMatch(/^[a-z]+(_[a-z]+)*(\.[a-z]+(_[a-z]+)*)?$/)
    const text = services.find((each) => each.file === file)?.text ?? ''
    // The type of `done` takes at least one line; a verb without `done` could change nothing.
    expect(text, `${file}: ${name}`).toMatch(/\bdone\(/)
  }
})

const entry = (action: string): AuditBody => ({
  chain: 'support-agent',
  seq: 1,
  timestamp: '2026-11-23T12:00:00.000Z',
  actor: { kind: 'person', id: 'pe_1', name: 'Mira' },
  action,
  agent: 'support-agent',
  rollout: null,
  incident: null,
  run_id: null,
  outcome: 'refused',
  reason: 'forbidden',
  from_version: null,
  to_version: null,
  stage: null,
  switch_status: null,
  policy_version: null,
  details: { because: 'Your role cannot do this' },
})

test.each(commands.map(({ name }) => name))('a refused %s is told as a refusal', (name) => {
  expect(auditSentence(entry(name))).toMatch(/^Mira (was refused|failed|tried|was not let in)/)
})

test('a stop and its rollback hold every key that the record promises', async () => {
  const { db } = house
  const agent = await anAgentIn(db)
  const rolloutId = await aRolloutIn(db, agent)
  for (let second = 5; second <= 30; second += 5) {
    await giveObservations(db, agent, after(second), {
      '2.4.0': { runs: 20, errors: 20 },
      '2.3.3': { runs: 200 },
    })
    valueOf(await evaluateRollout({ rolloutId }, policyActor, { db, now: after(second) }))
  }
  const bodyOf = async (action: string, outcome: string) => {
    const row = await db.auditEntry.findFirstOrThrow({ where: { action, outcome } })
    return JSON.parse(row.body) as AuditBody
  }
  const promised = {
    reason: expect.any(String),
    from_version: `${agent}@2.4.0`,
    to_version: `${agent}@2.3.3`,
    stage: 'canary',
    timestamp: expect.stringMatching(/^2026-11-23T12:00:\d\d\.\d{3}Z$/),
    actor: { kind: 'policy', id: 'policy', name: 'the policy' },
    run_id: expect.stringMatching(/^rn_/),
    agent,
    rollout: rolloutId,
    policy_version: 1,
  }
  const decision = await bodyOf('decision', 'stop')
  expect(decision).toMatchObject({
    ...promised,
    details: { check: {}, evidences: {}, because: expect.any(String) },
  })
  const rollback = await bodyOf('rollout.rollback', 'rolled_back')
  expect(rollback).toMatchObject({
    ...promised,
    incident: expect.stringMatching(/^in_/),
    switch_status: 'requested',
    details: { because: expect.any(String) },
  })
  expect(rollback.run_id).toBe(decision.run_id)
})
