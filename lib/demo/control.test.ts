import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Control, startControl } from './control.ts'
import { type DemoFault, demoFaults } from '#lib/domain/demo.ts'
import type { Fleet } from './fleet.ts'
import { type RolloutNow, rolloutWords } from './rolloutNow.ts'
import { statusLine } from './terminal.ts'

const rollout: RolloutNow = {
  id: 'ro_1',
  phase: 'progressing',
  stage: 'canary',
  weightPercent: 5,
  decision: { outcome: 'hold', reason: 'insufficient_data' },
  candidateLocked: false,
  recovery: null,
}

function aFleet(): Fleet {
  const faults = new Set<DemoFault>()
  return {
    fault: (name, on) => void (on ? faults.add(name) : faults.delete(name)),
    clearFaults: () => faults.clear(),
    state: () => ({
      turns: 12,
      served: { '2.3.3': 10, '2.4.0': 2 },
      servedLately: { '2.3.3': 7 },
      writesSkipped: 1,
      faults: [...faults],
      revisions: ['41', '41'],
    }),
    stop: async () => {},
  }
}

let control: Control
let fleet: Fleet
beforeEach(async () => {
  fleet = aFleet()
  control = await startControl(fleet, async () => rollout, 0)
})
afterEach(() => control.stop())

async function ask(method: string, path: string, body?: string) {
  const answer = await fetch(`http://127.0.0.1:${control.port}${path}`, {
    method,
    ...(body === undefined ? {} : { body }),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

describe('the control port', () => {
  test('tells the rollout, who served what, the faults and the revisions', async () => {
    expect(await ask('GET', '/state')).toEqual({
      status: 200,
      body: {
        rollout,
        versions: { '2.3.3': { served: 10, servedLately: 7 }, '2.4.0': { served: 2, servedLately: 0 } },
        turns: 12,
        writesSkipped: 1,
        faults: [],
        revisions: ['41', '41'],
      },
    })
  })

  test('tells the state also while the panel is away', async () => {
    control.stop()
    control = await startControl(fleet, () => Promise.reject(new Error('away')), 0)
    expect(await ask('GET', '/state')).toMatchObject({ status: 200, body: { rollout: null, turns: 12 } })
  })

  test.each(demoFaults)('switches %s on and off', async (name) => {
    expect(await ask('POST', `/faults/${name}`, '{"on": true}')).toMatchObject({ body: { faults: [name] } })
    expect(await ask('POST', `/faults/${name}`, '{"on": false}')).toMatchObject({ body: { faults: [] } })
  })

  test.each([
    ['POST', '/faults/none'],
    ['DELETE', '/faults'],
  ])('%s %s ends every fault', async (method, path) => {
    fleet.fault('slow', true)
    fleet.fault('errors', true)
    expect(await ask(method, path)).toMatchObject({ status: 200, body: { faults: [] } })
  })

  test.each(['', '{', '{}', '{"on": "yes"}', 'null', '[true]'])(
    'refuses the body %j and changes nothing',
    async (body) => {
      expect((await ask('POST', '/faults/slow', body)).status).toBe(400)
      expect(fleet.state().faults).toEqual([])
    },
  )

  test('names the faults that there are when asked for another', async () => {
    const { status, body } = await ask('POST', '/faults/fire', '{"on": true}')
    expect(status).toBe(400)
    expect(body['detail']).toContain(
      'errors, slow, tools, provider_down, silent, blip, long_runs, worse_answers, mislabelled, none',
    )
  })

  test.each([
    ['GET', '/'],
    ['GET', '/faults'],
    ['GET', '/faults/slow'],
    ['DELETE', '/faults/slow'],
    ['POST', '/state'],
  ])('does not know %s %s', async (method, path) => {
    expect((await ask(method, path)).status).toBe(404)
  })
})

test('the status line says it all in one line', () => {
  fleet.fault('errors', true)
  expect(statusLine(fleet, rolloutWords(rollout))).toBe(
    'progressing canary 5 %, hold insufficient_data · turns in 10 s  2.3.3: 7 · revision 41 · faults errors · writes skipped 1',
  )
})

test('every fault has a key of its own in the terminal', () => {
  expect(demoFaults.length).toBeLessThan(10)
  // Keys that people know stay.
  expect(demoFaults.indexOf('blip')).toBe(5)
})

test('a rollout that was rolled back says its lock and its recovery', () => {
  const over: RolloutNow = { ...rollout, phase: 'rolled_back', candidateLocked: true, recovery: 'recovered' }
  expect(rolloutWords(over)).toBe('rolled back, locked, recovered')
  expect(rolloutWords(null)).toBe('no rollout')
})
