import { plainSetting, type Setting, stagesOf } from './setting.ts'

/** Rollouts of a candidate that is as good as its stable: whoever stops one is wrong. */

export interface HealthyRow {
  readonly name: string
  /** By the number of the rollout, where a row plays both of two cases in turn. */
  readonly setting: (seed: number) => Setting
  /** The part of the rollouts asked for that this row plays. */
  readonly part: number
  /** Questions whose stops are right here, because the candidate is worse by that metric. */
  readonly rightful: readonly string[]
}

function row(name: string, changed: Partial<Setting>, part = 1): HealthyRow {
  return { name, setting: () => ({ ...plainSetting, ...changed }), part, rightful: [] }
}

/** Each rollout has one of these cases, in turn. */
function inTurn(name: string, cases: readonly Partial<Setting>[], part = 1): HealthyRow {
  return { ...row(name, {}, part), setting: (seed) => ({ ...plainSetting, ...cases[seed % cases.length] }) }
}

const minute = {
  medianS: 60,
  maxS: 6 * 3600,
  beforeS: 900,
  afterS: 900,
} satisfies Partial<Setting>
const tenMinutes = {
  medianS: 600,
  perSecond: 0.5,
  stages: stagesOf([600, 600, 600]),
  beforeS: 3600,
  maxS: 12 * 3600,
  afterS: 3600,
  checkS: { every: 20, afterArrival: 10 },
} satisfies Partial<Setting>
const talks = {
  perSecond: 0.3,
  turnsMax: 30,
  dependent: true,
  thinkS: 30,
  beforeS: 1200,
  maxS: 6 * 3600,
} satisfies Partial<Setting>
const together = { stable: [0.2, 60], candidate: [0.2, 60] } as const
const candidateLate = { stable: [0.2, 5], candidate: [30, 58] } as const
const stableLate = { stable: [30, 58], candidate: [0.2, 5] } as const
const clocks = [
  { clockS: { stable: 0, candidate: 20 } },
  { clockS: { stable: 0, candidate: -20 } },
  { clockS: { stable: 20, candidate: 0 } },
  { clockS: { stable: -20, candidate: 0 } },
]
const cold = {
  cold: 4,
  perSecond: 5,
  stages: stagesOf([120, 120, 120]),
  afterS: 300,
} satisfies Partial<Setting>
/** At 100 % there is no stable that could say that the release is not the cause. */
const outages = {
  outage: 0.4,
  stages: stagesOf([900, 900, 1800]),
  afterS: 0,
} satisfies Partial<Setting>
const fails = ['early', 'timeout', 'both'] as const

export const healthyRows: readonly HealthyRow[] = [
  row('runs of 2 s', {}),
  row('2 s, looked at after each second', { checkS: { every: 5, afterArrival: 1 } }, 0.2),
  row('2 s, errors of 4 % under a limit of 5 %', { errors: 0.04 }),
  row('60 s, failures early', { ...minute, failsHow: 'early' }),
  row('60 s, failures time out', { ...minute, failsHow: 'timeout' }),
  row('60 s, both, errors of 4 %', { ...minute, failsHow: 'both', errors: 0.04 }),
  inTurn(
    '10 min, failures early, late, or both',
    fails.map((failsHow) => ({ ...tenMinutes, failsHow })),
    0.4,
  ),
  row('conversations of 1–30 turns', talks, 0.3),
  row('the same, drawn anew at every share', { ...talks, pinned: false }, 0.3),
  row(
    'conversations of slow runs, 60 s',
    {
      ...talks,
      ...minute,
      perSecond: 0.4,
      turnsMax: 10,
      beforeS: 1800,
      maxS: 10 * 3600,
      checkS: { every: 10, afterArrival: 10 },
    },
    0.3,
  ),
  row(
    'users (Zipf), 3 in 10 runs of new ones',
    { users: 5_000, dependent: true, pinned: false, beforeS: 1800 },
    0.3,
  ),
  row('failures tried again', { ...talks, turnsMax: 6, perSecond: 0.6, retried: 0.7, errors: 0.03 }, 0.5),
  row('users press Stop', { cancels: true }, 0.5),
  row('new replicas cold for 45 s', cold, 0.3),
  inTurn(
    'the same, clocks of one version 20 s off',
    clocks.map((each) => ({ ...cold, ...each })),
    0.3,
  ),
  row('60 s, exporters 0–60 s late', { ...minute, failsHow: 'early', lagS: together }, 0.5),
  inTurn(
    '60 s, exporters of one version 30–58 s late',
    [candidateLate, stableLate].map((lagS) => ({ ...minute, failsHow: 'early' as const, lagS })),
  ),
  inTurn('2 s, clocks of one version 20 s off', clocks),
  inTurn(
    '60 s, clocks of one version 20 s off',
    clocks.map((each) => ({ ...minute, failsHow: 'early' as const, ...each })),
  ),
  row('both versions down for 3 of 25 min', { ...outages, perSecond: 2 }, 0.5),
  inTurn(
    'the same, exporters of one version 30–58 s late',
    [candidateLate, stableLate].map((lagS) => ({ ...outages, lagS, perSecond: 5 })),
    0.2,
  ),
  row(
    '0.1 runs a second',
    { perSecond: 0.1, maxS: 86_400, afterS: 7200, checkS: { every: 10, afterArrival: 10 } },
    0.3,
  ),
  row(
    '20 runs a second, stages of 20 s',
    { perSecond: 20, stages: stagesOf([20, 20, 20]), beforeS: 120, maxS: 1800, afterS: 120 },
    0.4,
  ),
  row(
    '100 runs a second',
    { perSecond: 100, stages: stagesOf([20, 20, 20]), beforeS: 60, maxS: 600, afterS: 60 },
    0.1,
  ),
  row(
    '60 s, stages of 20 s, 5 a second',
    {
      ...minute,
      perSecond: 5,
      failsHow: 'early',
      stages: stagesOf([20, 20, 20]),
      beforeS: 300,
      maxS: 3600,
      afterS: 300,
    },
    0.3,
  ),
  row(
    'three days, traffic with its hours',
    {
      perSecond: 0.08,
      swing: 0.8,
      stages: stagesOf([86_400, 43_200, 43_200]),
      maxS: 3 * 86_400,
      afterS: 86_400,
      checkS: { every: 60, afterArrival: 60 },
    },
    0.1,
  ),
  {
    ...row('60 s, candidate 1.2 times as slow', { ...minute, failsHow: 'early', slower: 1.2 }, 0.3),
    rightful: ['versus.slow'],
  },
]
