import type { Policy } from './policy.ts'

/** What an agent needs before production, each item judged from evidence. Nobody ticks one by hand. */

/** Proof by exercise counts for so long. */
export const proofDays = 30

export const itemKeys = [
  'triggers',
  'stable',
  'switch',
  'lock',
  'recovery',
  'record',
  'alert',
  'runbook',
] as const
export type ItemKey = (typeof itemKeys)[number]

export const baselineKeys = ['access', 'limits', 'audit', 'stop'] as const
export type BaselineKey = (typeof baselineKeys)[number]

export interface ReadinessFacts {
  /** In force; null where there is none. */
  readonly policy:
    | (Pick<
        Policy,
        'triggers' | 'lockCandidateAfterRollback' | 'stabilityWindowSeconds' | 'recoveryRunsMin'
      > & { readonly number: number })
    | null
  /** Why a recovery cannot be proven with the traffic that there is; null when it can, or none is known. */
  readonly recoveryProblem: string | null
  readonly stable: {
    readonly version: string
    readonly attestedBy: string | null
    readonly isLocked: boolean
  } | null
  /** The newest rollback within `proofDays` that was seen in force, and how long that took. */
  readonly rollback: { readonly ms: number } | null
  /** The newest drill within `proofDays` that is over; `ms` until it was in force, null where it was not. */
  readonly drill: {
    readonly passed: boolean
    readonly ms: number | null
    readonly because: string
    /** After the newest rollback that was seen in force. */
    readonly isNewer: boolean
  } | null
  readonly record: {
    readonly entries: number
    /** How many of them, counted from the newest, were hashed again. */
    readonly checked: number
    /** The first entry, counted as the chain does, that does not fit; null where all do. */
    readonly brokenSeq: number | null
    /** The newest signed checkpoint, and whether the chain still says what it saw. */
    readonly checkpoint: { readonly number: number; readonly fits: boolean } | null
  }
  /** Whether a message of this agent arrived within `proofDays` in the channel that its alerts go to. */
  readonly alert: { readonly kind: string } | null
  /** Why the newest one did not arrive; null when it did, or none was tried. */
  readonly alertProblem: string | null
  /** Within `proofDays`, by a person: engaged, and released after. */
  readonly killSwitch: { readonly engaged: boolean; readonly released: boolean }
  /** Within `proofDays`: something of this agent was decided by a second person. */
  readonly secondPersonDecided: boolean
  /** People with a good account who have signed in and may approve for this agent. */
  readonly approvers: number
  readonly guards: number
  readonly edges: number
}

export interface Judged<Key extends string> {
  readonly key: Key
  readonly title: string
  readonly isProven: boolean
  /** The proof, or what is missing. */
  readonly because: string
}

export interface Readiness {
  readonly items: readonly Judged<ItemKey>[]
  readonly proven: number
  readonly baseline: readonly Judged<BaselineKey>[]
}

/** The eight items and the baseline four. What lacks evidence is not proven, whatever else is known. */
export function judgeReadiness(facts: ReadinessFacts): Readiness {
  const items = itemKeys.map((key) => ({ key, title: titles[key], ...judges[key](facts) }))
  const baseline = baselineKeys.map((key) => ({
    key,
    title: baselineTitles[key],
    ...baselineJudges[key](facts),
  }))
  return { items, proven: items.filter(({ isProven }) => isProven).length, baseline }
}

type Word = Pick<Judged<string>, 'isProven' | 'because'>
type Judge = (facts: ReadinessFacts) => Word

const titles: Record<ItemKey, string> = {
  triggers: 'Triggers roll back by written limits',
  stable: 'The stable version is attested and not locked',
  switch: 'The switch back was rehearsed',
  lock: 'A candidate is locked after its rollback',
  recovery: 'Recovery is verified',
  record: 'The record is whole',
  alert: 'An alert arrived in a real channel',
  runbook: 'The kill switch and the approval path were exercised',
}

const baselineTitles: Record<BaselineKey, string> = {
  access: 'Access control',
  limits: 'Limits',
  audit: 'Audit record',
  stop: 'Emergency stop',
}

const proven = (because: string): Word => ({ isProven: true, because })
const lacks = (because: string): Word => ({ isProven: false, because })
const noPolicy = lacks('No policy is in force: the first rollout brings one.')

const judges: Record<ItemKey, Judge> = {
  triggers: ({ policy }) => {
    if (!policy) return noPolicy
    const limits = policy.triggers.filter(({ action }) => action === 'rollback').length
    if (limits === 0) return lacks(`Policy ${policy.number} has no limit that rolls back by itself.`)
    return proven(`Policy ${policy.number} rolls back by ${counted(limits, 'limit')}.`)
  },
  stable: ({ stable }) => {
    if (!stable) return lacks('There is no stable version to fall back to.')
    if (stable.isLocked) return lacks(`${stable.version} is locked: it may get no traffic.`)
    if (!stable.attestedBy) return lacks(`Nobody attested that ${stable.version} is healthy.`)
    return proven(`${stable.version}, attested by ${stable.attestedBy}.`)
  },
  switch: ({ rollback, drill }) => {
    if (drill && !drill.passed && (drill.isNewer || !rollback)) {
      return lacks(`The newest drill failed: ${drill.because}.`)
    }
    if (drill?.passed && (drill.isNewer || !rollback))
      return proven(`The newest drill passed. ${drill.because}.`)
    if (rollback) return proven(`The newest rollback was in force after ${seconds(rollback.ms)}.`)
    return lacks(`No drill was held and no rollback was seen in force in the last ${proofDays} days.`)
  },
  lock: ({ policy }) => {
    if (!policy) return noPolicy
    if (!policy.lockCandidateAfterRollback) return lacks(`Policy ${policy.number} does not lock it.`)
    return proven(`Policy ${policy.number} says so.`)
  },
  recovery: ({ policy, recoveryProblem }) => {
    if (!policy) return noPolicy
    const { number, stabilityWindowSeconds, recoveryRunsMin } = policy
    if (stabilityWindowSeconds <= 0 || recoveryRunsMin <= 0) return lacks(`Policy ${number} turns it off.`)
    if (recoveryProblem) return lacks(`${recoveryProblem}.`)
    return proven(
      `Policy ${number} wants ${counted(recoveryRunsMin, 'fresh run')} within ${stabilityWindowSeconds} s.`,
    )
  },
  record: ({ record }) => {
    if (record.brokenSeq !== null) return lacks(`Entry ${record.brokenSeq} does not fit the chain.`)
    if (record.entries === 0) return lacks('There is no entry yet.')
    if (!record.checkpoint) return lacks('No checkpoint of this chain is signed yet.')
    const { number, fits } = record.checkpoint
    if (!fits) return lacks(`The chain does not say what checkpoint ${number} saw.`)
    const what =
      record.checked < record.entries
        ? `The newest ${record.checked} of ${record.entries} entries follow each other`
        : `All ${counted(record.entries, 'entry', 'entries')} follow each other`
    return proven(`${what} and agree with checkpoint ${number}.`)
  },
  alert: ({ alert, alertProblem }) => {
    if (alertProblem) return lacks(alertProblem)
    if (!alert) return lacks(`None was delivered in the last ${proofDays} days.`)
    return proven(alert.kind === 'test' ? 'The test message arrived.' : 'The newest alert arrived.')
  },
  runbook: ({ killSwitch, secondPersonDecided }) => {
    const missing = [
      ...(killSwitch.engaged ? [] : ['engage a kill switch of this agent']),
      ...(killSwitch.released ? [] : ['release it']),
      ...(secondPersonDecided ? [] : ['have a second person decide a request']),
    ]
    if (missing.length > 0) return lacks(`Still to do within ${proofDays} days: ${missing.join(', ')}.`)
    return proven('A kill switch was engaged and released, and a second person decided a request.')
  },
}

const baselineJudges: Record<BaselineKey, Judge> = {
  access: ({ approvers }) => {
    if (approvers === 0) return lacks('Nobody who signed in may approve for this agent.')
    if (approvers === 1) return lacks('single_operator: only one person may approve, so they act alone.')
    return proven(`${approvers} people who signed in may approve for each other.`)
  },
  limits: judges.triggers,
  audit: judges.record,
  stop: ({ guards, edges, rollback, drill, killSwitch }) => {
    if (guards === 0) return lacks('No guard is alive: nothing stops by itself.')
    if (edges === 0) return lacks('No edge is alive: nobody would be told to stop.')
    if (rollback) return proven('Guard and edge are alive, and a rollback was seen in force.')
    if (drill?.passed) return proven('Guard and edge are alive, and a drill passed.')
    if (killSwitch.engaged) return proven('Guard and edge are alive, and a kill switch was engaged.')
    return lacks(`No rollback, drill or kill switch was used in the last ${proofDays} days.`)
  },
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
