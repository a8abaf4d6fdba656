import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aPolicy } from '#lib/testing/builders.ts'
import type { Policy } from '../policy.ts'
import { badMetrics, type ObservedRun, saidOf, scoreSaid, without, worsened } from './observation.ts'

const aRun = (changes: Partial<ObservedRun> = {}): ObservedRun => ({
  startedAt: 0,
  endedAt: 400,
  latencyMs: 400,
  failed: false,
  cancelled: false,
  tools: [],
  costUsd: null,
  costUncachedUsd: null,
  attributes: {},
  ...changes,
})
const budget = (limit: number): Policy =>
  aPolicy({ triggers: [{ metric: 'cost_per_run_usd', limit, action: 'rollback' }] })
const tool = (name: string, calls: number, failures: number) => ({ name, calls, failures })

describe('what a run says', () => {
  test('of tools nothing when it called none: no data is not a success', () => {
    const { bad } = saidOf(aRun(), aPolicy())
    expect(Object.keys(bad).filter((id) => id.startsWith('tool'))).toEqual([])
    expect(bad).toMatchObject({ errors: 0, cancelled: 0, late: 0 })
  })

  test('of tools the failed share, whether any failed, and each tool by its name', () => {
    const { bad } = saidOf(aRun({ tools: [tool('refund', 4, 1), tool('look.up', 4, 0)] }), aPolicy())
    expect(bad).toMatchObject({
      tool_failures: 0.125,
      tool_failed_runs: 1,
      'tool.refund': 0.25,
      'tool.look.up': 0,
    })
  })

  test('of a budget nothing when its cost is not known, whatever it used', () => {
    expect(saidOf(aRun(), budget(0.05))).toEqual({
      bad: { errors: 0, cancelled: 0 },
      latencyMs: 400,
    })
    const dear = saidOf(aRun({ costUsd: 7, costUncachedUsd: 9 }), budget(0.05))
    expect(dear).toMatchObject({ bad: { spend: 1 }, costUsd: 9 })
    expect(saidOf(aRun({ costUsd: 0.1, costUncachedUsd: 0.1 }), budget(0.05)).bad['spend']).toBeCloseTo(0.2)
  })

  test('of a share nothing when it does not carry the attribute', () => {
    const policy = aPolicy({
      shares: [
        {
          name: 'escalated',
          attribute: 'app.outcome',
          value: 'escalated',
          max: 0.1,
          family: 'quality',
          action: 'rollback',
        },
      ],
    })
    const of = (attributes: Record<string, string>) =>
      saidOf(aRun({ attributes }), policy).bad['share.escalated']
    expect([of({}), of({ 'app.outcome': 'solved' }), of({ 'app.outcome': 'escalated' })]).toEqual([
      undefined,
      0,
      1,
    ])
  })

  test('when its user stopped it only that, and that it was slow if it was', () => {
    const quick = saidOf(aRun({ cancelled: true, failed: false, tools: [tool('a', 1, 1)] }), aPolicy())
    expect(quick).toEqual({ bad: { cancelled: 1 }, latencyMs: 400, cancelled: true })
    const slow = saidOf(aRun({ cancelled: true, latencyMs: 60_000 }), aPolicy())
    expect(slow.bad).toEqual({ cancelled: 1, late: 1 })
  })

  test('by a score how much it falls short, by a thumb whether it was down', () => {
    expect(scoreSaid('helpful', 0.75).bad).toEqual({ 'score.helpful': 0.25 })
    expect([scoreSaid('feedback', 0).bad, scoreSaid('feedback', 1).bad]).toEqual([
      { feedback: 1 },
      { feedback: 0 },
    ])
  })

  test('is within 0 and 1 by every metric, whatever the run was', () => {
    const count = fc.nat({ max: 50 })
    const run = fc.record({
      latencyMs: fc.double({ min: 0, max: 1e12, noNaN: true }),
      costUsd: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
      failed: fc.boolean(),
      cancelled: fc.boolean(),
      tools: fc.array(
        fc
          .tuple(fc.string(), count, count)
          .map(([name, calls, failed]) => tool(name, calls, Math.min(calls, failed))),
      ),
    })
    fc.assert(
      fc.property(run, (changes) => {
        const { bad } = saidOf(aRun({ ...changes, costUncachedUsd: changes.costUsd }), budget(0.05))
        for (const value of Object.values(bad)) {
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThanOrEqual(1)
        }
      }),
    )
  })
})

describe('a conversation says each thing once', () => {
  const failed = saidOf(aRun({ failed: true, tools: [tool('a', 2, 1)] }), aPolicy())

  test('what an earlier run was bad by is not said again, the rest is', () => {
    expect(badMetrics(failed)).toEqual(['errors', 'tool_failures', 'tool_failed_runs', 'tool.a'])
    expect(without(failed, ['errors']).bad).not.toHaveProperty('errors')
    expect(without(failed, ['errors']).bad).toHaveProperty('tool_failed_runs', 1)
  })

  test('a run that became bad says what became bad, and nothing else', () => {
    const fine = saidOf(aRun(), aPolicy())
    expect(worsened(fine, failed)).toEqual({
      bad: { errors: 1, tool_failures: 0.5, tool_failed_runs: 1, 'tool.a': 0.5 },
    })
    expect(worsened(failed, failed)).toBeNull()
    expect(worsened(failed, fine)).toBeNull()
  })
})
