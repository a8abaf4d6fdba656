import { describe, expect, test } from 'vitest'
import { aBlip } from './blip.ts'
import { type DemoFault, demoFaults, demoFaultWords } from '#lib/domain/demo.ts'
import { courseOf } from './faults.ts'
import { seededRandom } from './random.ts'

const runs = 20_000

/** The share of runs with a failure, of look-ups that fail, of runs that hang, and percentiles of the latency. */
function figuresOf(faults: readonly DemoFault[], isCandidate: boolean) {
  const random = seededRandom(7)
  const courses = Array.from({ length: runs }, () =>
    courseOf(new Set(faults), isCandidate, false, [random(), random(), random(), random(), random()]),
  )
  const latencies = courses.map((course) => course.latencyMs).sort((a, b) => a - b)
  const shareOf = (bad: readonly unknown[]) => bad.length / runs
  return {
    failed: shareOf(courses.filter((course) => course.fails)),
    toolFailed: shareOf(courses.filter((course) => course.toolFails)),
    both: shareOf(courses.filter((course) => course.fails && course.toolFails)),
    hung: shareOf(courses.filter((course) => course.hangs)),
    mislabelled: shareOf(courses.filter((course) => course.isMislabelled)),
    callsSubAgent: shareOf(courses.filter((course) => course.subAgentMs !== null)),
    helpful: courses.reduce((sum, course) => sum + course.helpful, 0) / runs,
    leastHelpful: Math.min(...courses.map((course) => course.helpful)),
    p50: latencies[runs / 2] ?? 0,
    p95: latencies[runs * 0.95] ?? 0,
  }
}

const healthy = figuresOf([], true)

describe('a healthy run', () => {
  test('is inside every limit of the demo', () => {
    expect(healthy.failed).toBeLessThan(0.01)
    expect(healthy.toolFailed).toBeLessThan(0.01)
    expect(healthy.p50).toBeGreaterThan(200)
    expect(healthy.p50).toBeLessThan(300)
    expect(healthy.p95).toBeLessThan(700)
    expect(healthy.helpful).toBeCloseTo(0.9, 2)
    expect(healthy.leastHelpful).toBeGreaterThan(0.7)
    expect(healthy).toMatchObject({ hung: 0, mislabelled: 0, callsSubAgent: 0 })
  })

  test('goes the same way on both versions', () => {
    expect(figuresOf([], false)).toEqual(healthy)
  })
})

describe('a fault of the candidate', () => {
  const ofCandidate = demoFaults.filter((name) => name !== 'provider_down' && name !== 'long_runs')

  test.each(ofCandidate)('leaves the stable as it is: %s', (name) => {
    expect(figuresOf([name], false)).toEqual(healthy)
  })

  test('errors: 60 % of the runs fail, each with its look-up; nothing else changes', () => {
    const { failed, toolFailed, both, ...rest } = figuresOf(['errors'], true)
    expect(failed).toBeCloseTo(0.6, 1)
    expect(both).toBeCloseTo(0.6, 1)
    expect(toolFailed).toBeCloseTo(both, 2)
    expect({ ...rest, failed: 0, toolFailed: 0, both: 0 }).toEqual({
      ...healthy,
      failed: 0,
      toolFailed: 0,
      both: 0,
    })
  })

  test('slow: four times as long; nothing else changes', () => {
    expect(figuresOf(['slow'], true)).toEqual({ ...healthy, p50: healthy.p50 * 4, p95: healthy.p95 * 4 })
  })

  test('tools: 40 % of the look-ups fail; nothing else changes', () => {
    const { toolFailed, both, ...rest } = figuresOf(['tools'], true)
    expect(toolFailed).toBeCloseTo(0.4, 1)
    expect(both).toBeLessThan(0.01)
    expect({ ...rest, toolFailed: 0, both: 0 }).toEqual({ ...healthy, toolFailed: 0, both: 0 })
  })

  test('silent: no run ends; nothing else changes', () => {
    expect(figuresOf(['silent'], true)).toEqual({ ...healthy, hung: 1 })
  })

  test('worse answers: the score of every answer falls below the limit; nothing else changes', () => {
    const { helpful, leastHelpful, ...rest } = figuresOf(['worse_answers'], true)
    expect(helpful).toBeCloseTo(0.4, 2)
    expect(leastHelpful).toBeGreaterThanOrEqual(0)
    expect({ ...rest, helpful: 0, leastHelpful: 0 }).toEqual({ ...healthy, helpful: 0, leastHelpful: 0 })
  })

  test('mislabelled: every run names another version; nothing else changes', () => {
    expect(figuresOf(['mislabelled'], true)).toEqual({ ...healthy, mislabelled: 1 })
  })

  test('blip: by itself no share of anything', () => {
    expect(figuresOf(['blip'], true)).toEqual(healthy)
  })
})

test('provider_down: half of the runs of both versions fail; nothing else changes', () => {
  const { failed, both, ...rest } = figuresOf(['provider_down'], true)
  expect(failed).toBeCloseTo(0.5, 1)
  expect(both).toBeLessThan(0.01)
  expect({ ...rest, failed: 0, both: 0 }).toEqual({ ...healthy, failed: 0, both: 0 })
  expect(figuresOf(['provider_down'], false)).toEqual(figuresOf(['provider_down'], true))
})

describe('long runs', () => {
  test('call the sub-agent in both versions; of the stable nothing else changes', () => {
    expect(figuresOf(['long_runs'], false)).toEqual({ ...healthy, callsSubAgent: 1 })
  })

  test('fail 40 % of the candidate’s own look-ups, and none of its runs', () => {
    const { toolFailed, both, ...rest } = figuresOf(['long_runs'], true)
    expect(toolFailed).toBeCloseTo(0.4, 1)
    expect(both).toBeLessThan(0.01)
    expect({ ...rest, toolFailed: 0, both: 0 }).toEqual({
      ...healthy,
      toolFailed: 0,
      both: 0,
      callsSubAgent: 1,
    })
  })

  test('are inside the demo’s limit on latency, sub-agent and all', () => {
    const random = seededRandom(7)
    const totals = Array.from({ length: runs }, () => {
      const drawn = [random(), random(), random(), random(), random()] as const
      const { latencyMs, subAgentMs } = courseOf(new Set(['long_runs']), true, false, drawn)
      return latencyMs + (subAgentMs ?? 0)
    }).sort((a, b) => a - b)
    expect(totals[runs * 0.97]).toBeLessThan(1_800)
  })
})

describe('a blip', () => {
  const strikesOf = (turns: readonly boolean[]) => {
    const blip = aBlip()
    blip.begin()
    return { struck: turns.map((isFirst) => blip.strikes(isFirst)), isOn: blip.isOn() }
  }

  test('fails two first turns, with four healthy runs between them, and is over', () => {
    const { struck, isOn } = strikesOf(Array.from({ length: 20 }, () => true))
    expect(struck.flatMap((fails, index) => (fails ? [index] : []))).toEqual([0, 5])
    expect(isOn).toBe(false)
  })

  test('waits for a run that the policy will see', () => {
    expect(strikesOf([false, false, true]).struck).toEqual([false, false, true])
  })

  test('ends when it is switched off', () => {
    const blip = aBlip()
    blip.begin()
    blip.end()
    expect(blip.isOn()).toBe(false)
    expect(blip.strikes(true)).toBe(false)
  })
})

test('every fault has its words', () => {
  expect(Object.keys(demoFaultWords)).toEqual([...demoFaults])
})

test('the same seed gives the same numbers, all in [0, 1), another seed others', () => {
  const take = (seed: number) => {
    const random = seededRandom(seed)
    return Array.from({ length: 1_000 }, () => random())
  }
  expect(take(1)).toEqual(take(1))
  expect(take(1)).not.toEqual(take(2))
  expect(take(1).every((each) => each >= 0 && each < 1)).toBe(true)
  expect(take(1).reduce((sum, each) => sum + each, 0) / 1_000).toBeCloseTo(0.5, 1)
})
