import type { NowAgent } from '#lib/views/nowAgent.ts'
import type { RolloutView } from '#lib/views/rollout.ts'
import type { SeriesView } from '#lib/views/rolloutSeries.ts'
import type { TheatreStep } from '#lib/views/rolloutTheatre.ts'

/** What the specimens show. Made up, and at one moment, so that they look the same whenever they are looked at. */

const began = Date.parse('2026-11-23T15:30:00.000Z')
export const begunAt = new Date(began).toISOString()
/** When everything is looked at: how long ago something was does not change either. */
export const shownAt = new Date(began + 900_000).toISOString()
const after = (seconds: number) => new Date(began + seconds * 1000).toISOString()

type VerdictProps = Pick<RolloutView, 'verdict' | 'next' | 'flip'>

export const verdicts: readonly VerdictProps[] = [
  {
    verdict: {
      tone: 'allow',
      word: 'Fine',
      sentence: '412 candidate runs, and none of the eight questions finds it worse.',
      follows: 'It goes on to the next stage by itself.',
    },
    next: { label: 'Moves to 25 %', at: null, note: 'after its hold' },
    flip: { toAllow: null, toStop: '12 failures among the next 50 candidate runs would stop it.' },
  },
  {
    verdict: {
      tone: 'hold',
      word: 'Holding',
      sentence: 'Not enough seen yet: 41 candidate runs would have shown a 24-fold error rate.',
      follows: 'Traffic stays at 5 %: it neither grows nor goes back.',
    },
    next: { label: 'Waits for the evidence', at: null, note: 'to 25 %' },
    flip: {
      toAllow: '59 more healthy candidate runs would let it go on.',
      toStop: '7 failures among the next 20 candidate runs would stop it.',
    },
  },
  {
    verdict: {
      tone: 'stop',
      word: 'Stopped',
      sentence: '7.8 % of 412 candidate runs failed; the limit is 5 %.',
      follows: 'All traffic is on 2.3.3. 2.4.0 is locked until its incident is reviewed.',
    },
    next: null,
    flip: null,
  },
]

const stage = (
  name: string,
  weightPercent: number,
  state: RolloutView['stages'][number]['state'],
): RolloutView['stages'][number] => ({
  name,
  weightPercent,
  holdSeconds: 600,
  needsApproval: weightPercent === 100,
  enteredAt: state === 'current' ? after(600) : null,
  state,
})

export const stages = [
  stage('canary', 5, 'passed'),
  stage('quarter', 25, 'current'),
  stage('half', 50, 'ahead'),
  stage('full', 100, 'ahead'),
]

const labels: Record<TheatreStep['name'], string> = {
  detected: 'first bad run',
  decided: 'decided: stop',
  switched: 'switched, revision 41',
  applied: 'in force at every edge',
  acknowledged: '3 of 3 instances',
  measured: 'measured share 0 %',
  recovered: 'recovered',
}
const names = Object.keys(labels) as TheatreStep['name'][]

/** So many steps are done; what comes after the next one is to come. */
function stepsOf(done: number, then: TheatreStep['state']): TheatreStep[] {
  return names.map((name, index) => ({
    name,
    label: labels[name],
    at: index < done ? after(index * 1.3) : null,
    tookSeconds: index > 0 && index < done ? 1.3 : null,
    state: stateOf(index, done, then),
  }))
}

function stateOf(index: number, done: number, then: TheatreStep['state']): TheatreStep['state'] {
  if (index < done) return 'done'
  return index === done ? then : 'waiting'
}

export const theatres: Readonly<Record<string, readonly TheatreStep[]>> = {
  'under way': stepsOf(4, 'running'),
  over: stepsOf(7, 'done'),
  'that failed': stepsOf(6, 'failed'),
}

/** A candidate that goes bad after a gap in which nothing came. */
export const series: SeriesView['points'] = Array.from({ length: 60 }, (_, index) => {
  const isGap = index > 24 && index < 30
  const figures = (rate: number) => ({
    error_rate: isGap ? null : rate,
    latency_p95_ms: isGap ? null : 500,
    tool_failure_rate: isGap ? null : 0.01,
    cost_per_run_usd: isGap ? null : 0.005,
  })
  return {
    at: began + index * 10_000,
    candidate: figures(index < 45 ? 0.01 + (index % 3) * 0.002 : 0.02 + (index - 45) * 0.006),
    stable: figures(0.01 + (index % 4) * 0.001),
    candidateRuns: isGap ? 0 : 8 + (index % 7) * 3,
    stableRuns: isGap ? 0 : 48,
  }
})

export const markers: RolloutView['markers'] = [
  { at: began + 100_000, label: '25 %', tone: 'neutral' },
  { at: began + 540_000, label: 'stop', tone: 'stop' },
]

const agent = (name: string, changes: Partial<NowAgent>): NowAgent => ({
  agent: name,
  displayName: name,
  rank: 20,
  group: 'steady',
  tone: 'allow',
  word: 'steady',
  sentence: 'All traffic is on 2.3.3.',
  next: null,
  stable: '2.3.3',
  candidate: null,
  back: false,
  orderedPercent: null,
  measuredPercent: null,
  stagePercent: null,
  stage: null,
  stageSince: null,
  rolloutId: null,
  incidentId: null,
  candidateLocked: false,
  writesDenied: false,
  ...changes,
})

export const agents: readonly NowAgent[] = [
  agent('support-agent', {
    group: 'attention',
    tone: 'stop',
    word: 'stopped',
    sentence: '7.8 % of 412 candidate runs failed; the limit is 5 %.',
    candidate: '2.4.0',
    back: true,
    orderedPercent: 0,
    measuredPercent: 0,
    stagePercent: 25,
    candidateLocked: true,
    writesDenied: true,
    next: { at: null, what: 'proving recovery' },
  }),
  agent('customer-support-and-returns-agent-for-northern-europe', {
    group: 'moving',
    tone: 'hold',
    word: 'holding',
    sentence: 'Not enough seen yet: 41 candidate runs would have shown a 24-fold error rate.',
    stable: '2026.11.23-rc.1',
    candidate: '2026.11.24-rc.12',
    orderedPercent: 5,
    measuredPercent: 4.8,
    stage: 'canary',
    next: { at: null, what: 'waits for the evidence' },
  }),
  agent('billing-agent', {}),
]

const question = (
  name: RolloutView['questions'][number]['question'],
  label: string,
  changes: Partial<RolloutView['questions'][number]>,
): RolloutView['questions'][number] => ({
  question: name,
  label,
  metric: 'error_rate',
  limit: null,
  tolerance: null,
  evidence: 1,
  threshold: 1100,
  seen: null,
  verdict: 'within',
  ...changes,
})

export const questions = [
  question('limit.errors', 'Errors against the limit', { limit: 0.05, evidence: 1979, verdict: 'stop' }),
  question('versus.errors', 'Errors against the stable', {
    tolerance: 1.25,
    evidence: 61,
    verdict: 'rising',
  }),
  question('limit.tool_failures', 'Tool failures against the limit', {
    metric: 'tool_failure_rate',
    limit: 0.03,
    evidence: 2,
    verdict: 'muted',
  }),
  question('silence', 'Runs that never finish', { metric: null, evidence: 0.5 }),
]

const figuresOf = (
  metric: RolloutView['metrics'][number]['metric'],
  candidate: number | null,
  stable: number,
): RolloutView['metrics'][number] => ({
  metric,
  label: '',
  limit: 0.05,
  candidate,
  stable,
  candidateRuns: 412,
  stableRuns: 1_648,
})

export const figures = [figuresOf('error_rate', 0.078, 0.011), figuresOf('tool_failure_rate', 0.041, 0.039)]

export const decisions: RolloutView['decisions'] = [
  {
    id: 'stop',
    outcome: 'stop',
    reason: 'error_spike',
    because: '32 of 412 candidate runs failed; the limit allows 20.6.',
    from: after(600),
    to: after(600),
    count: 1,
  },
  {
    id: 'allow',
    outcome: 'allow',
    reason: null,
    because: 'Nothing found in 334 candidate runs; a 5-fold error rate would have shown by now.',
    from: after(0),
    to: after(590),
    count: 118,
  },
]
