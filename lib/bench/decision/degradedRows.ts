import { type Fault, plainSetting, type Setting, stagesOf } from './setting.ts'

/** Candidates that are worse than their stable: how soon somebody sees it. */

export interface DegradedRow {
  readonly name: string
  readonly begins: string
  readonly setting: Setting
  /** The part of the rollouts asked for that this row plays. */
  readonly part: number
  /** Where the right answer is to hold, and not to stop. */
  readonly isHeld: boolean
}

const stays = stagesOf([10 * 86_400, 0, 0])
const quick = stagesOf([60, 60, 60])

const begins = [
  {
    begins: 'at once',
    part: 0.1,
    fromS: 0,
    changed: { stages: stays, checkS: { every: 5, afterArrival: 1 } },
  },
  { begins: 'after 2 h', part: 0.05, fromS: 7_200, changed: { stages: stays } },
  {
    begins: 'after 30 h',
    part: 0.012,
    fromS: 108_000,
    changed: { stages: stays, checkS: { every: 30, afterArrival: 30 } },
  },
  { begins: 'at 100 %', part: 0.05, fromS: 900, atFull: true, changed: { stages: quick } },
] as const

const watchedS = 4 * 3600

function row(
  name: string,
  fault: Omit<Fault, 'fromS' | 'atFull'>,
  changed: Partial<Setting> = {},
  isHeld = false,
): readonly DegradedRow[] {
  return begins.map(({ begins: label, part, fromS, changed: begun, ...rest }) => ({
    name,
    begins: label,
    part,
    isHeld,
    setting: {
      ...plainSetting,
      perSecond: 2,
      errors: 0.01,
      maxS: 'atFull' in rest ? watchedS : fromS + watchedS,
      ...changed,
      ...begun,
      fault: { fromS, ...('atFull' in rest ? { atFull: true } : {}), ...fault },
    },
  }))
}

export const degradedRows: readonly DegradedRow[] = [
  ...row('errors 1 → 3 %', { errors: 0.03 }),
  ...row('errors 1 → 6 %', { errors: 0.06 }),
  ...row('errors 1 → 20 %', { errors: 0.2 }),
  ...row('errors 1 → 100 %', { errors: 1 }),
  ...row('p95 × 1.5', { slower: 1.5 }),
  ...row('p95 × 3', { slower: 3 }),
  ...row('failed tool calls 0.5 → 4 %', { tools: 0.04 }),
  ...row('cost × 2', { dearer: 2 }),
  ...row('every run hangs', { hung: 1 }),
  ...row('45 % of the runs hang', { hung: 0.45 }, {}, true),
  ...row(
    'errors 20 % from the fourth turn on',
    { errors: 0.2, fromTurn: 4 },
    { turnsMax: 12, perSecond: 0.5 },
  ),
]
