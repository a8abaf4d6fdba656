import { spanWords } from '#components/time/words.ts'
import { Section } from '#components/ui/Card.tsx'
import { KeyValue, KeyValues } from '#components/ui/KeyValues.tsx'
import { exactPercent, limitWords, metricWord } from '#lib/domain/metric.ts'
import { namedLimits } from '#lib/domain/namedMetricLoosening.ts'
import type { Policy } from '#lib/domain/policy.ts'

/** A policy as it would be in force, defaults and all. */
export function PolicySummary({ policy }: { policy: Policy }) {
  const span = (seconds: number) => spanWords(seconds * 1000)
  return (
    <Section title="As it would be in force">
      <KeyValues>
        {policy.triggers.map((trigger) => (
          <KeyValue
            key={trigger.metric}
            term={trigger.action === 'approval' ? 'Limit, asks a person' : 'Limit, rolls back'}
          >
            {metricWord(trigger.metric)} {limitWords(trigger.metric, trigger.limit)}
          </KeyValue>
        ))}
        {namedLimits(policy).map(({ path, words, action }) => (
          <KeyValue key={path} term={action === 'approval' ? 'Limit, asks a person' : 'Limit, rolls back'}>
            {path}: {words}
          </KeyValue>
        ))}
        <KeyValue term="Stages">
          {policy.stages.map((stage) => `${stage.name} ${stage.weightPercent} %`).join(' → ')}
        </KeyValue>
        <KeyValue term="Shortest way to 100 %">
          {span(policy.stages.reduce((sum, stage) => sum + stage.holdSeconds, 0))}
        </KeyValue>
        <KeyValue term="Taken for the same as the stable">up to × {policy.tolerance}</KeyValue>
        <KeyValue term="A healthy candidate is stopped">
          in at most {exactPercent(policy.falseRollbackRate)} of rollouts
        </KeyValue>
        <KeyValue term="Recovery is proven over">
          {span(policy.stabilityWindowSeconds)}, at least {policy.recoveryRunsMin} runs
        </KeyValue>
        <KeyValue term="Rollback window">{span(policy.rollbackWindowSeconds)}</KeyValue>
        <KeyValue term="After a rollback">
          {policy.lockCandidateAfterRollback ? 'candidate locked' : 'candidate not locked'}
          {policy.disableWritesOnRollback ? ', writes denied' : ''}
        </KeyValue>
        <KeyValue term="Silent after">{span(policy.staleSeconds)}</KeyValue>
        <KeyValue term="Warm-up, without latency and cost">{span(policy.warmupSeconds)}</KeyValue>
        <KeyValue term="Runs without a known version">
          at most {exactPercent(policy.unattributedMax)} when a stage opens
        </KeyValue>
        <KeyValue term="Stopped by the user, not failed">
          {policy.cancelled.length > 0 ? policy.cancelled.join(', ') : 'no error type'}
        </KeyValue>
      </KeyValues>
    </Section>
  )
}
