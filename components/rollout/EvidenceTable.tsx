import type { ReactNode } from 'react'
import { Section } from '#components/ui/Card.tsx'
import { Meter } from '#components/ui/Meter.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { Table, Td, Th } from '#components/ui/Table.tsx'
import { figure, percent } from '#lib/domain/metric.ts'
import type { RolloutView } from '#lib/views/rollout.ts'
import { evidenceFill, evidenceWords, thresholdMark } from './figures.ts'

const verdicts = {
  stop: { tone: 'stop', word: 'stop' },
  rising: { tone: 'hold', word: 'rising' },
  over: { tone: 'hold', word: 'over, not proven yet' },
  no_data: { tone: 'hold', word: 'no data' },
  within: { tone: 'neutral', word: 'within' },
  muted: { tone: 'hold', word: 'stable too' },
} as const

/** Why: what each question says, against the threshold. */
export function EvidenceTable({
  questions,
  metrics,
  policy,
}: Pick<RolloutView, 'questions' | 'metrics' | 'policy'>) {
  const threshold = questions[0]?.threshold
  return (
    <Section
      title="Why"
      aside={
        threshold
          ? `policy v${policy.number} · threshold ${threshold.toLocaleString('en')} to 1`
          : `policy v${policy.number}`
      }
    >
      {questions.length === 0 ? (
        <p className="px-4 pt-1 pb-4 text-ink-2">No check has been made yet; the first one is on its way.</p>
      ) : (
        <Table caption="What each question says of the candidate" className="max-sm:mt-1.5">
          <thead className="max-sm:sr-only">
            <tr>
              <Th>Question</Th>
              <Th right>Candidate</Th>
              <Th right>Stable</Th>
              <Th right>Limit</Th>
              <Th right>Runs</Th>
              <Th className="min-w-44">Evidence</Th>
              <Th right>Verdict</Th>
            </tr>
          </thead>
          <tbody className="max-sm:block">
            {questions.map((question) => (
              <QuestionRow
                key={question.question}
                question={question}
                figures={metrics.find((each) => each.metric === question.metric)}
              />
            ))}
          </tbody>
          <tfoot className="max-sm:block">
            <tr className="max-sm:block">
              <td colSpan={7} className="px-4 py-2.5 text-xs text-ink-3 max-sm:block">
                Error rate, latency, tools and cost are of all runs of the last ten minutes; other figures are
                of first runs. The evidence counts what began since the share was in force, and each
                conversation once.
              </td>
            </tr>
          </tfoot>
        </Table>
      )}
    </Section>
  )
}

/** A row of the table; on a phone a card of its own, with the name of each figure above it. */
function QuestionRow({
  question,
  figures,
}: {
  readonly question: RolloutView['questions'][number]
  readonly figures: RolloutView['metrics'][number] | undefined
}) {
  const verdict = verdicts[question.verdict]
  const words = evidenceWords(question.evidence)
  return (
    <tr className="max-sm:grid max-sm:grid-cols-4 max-sm:items-baseline max-sm:gap-x-3 max-sm:gap-y-1.5 max-sm:border-t max-sm:border-line max-sm:px-4 max-sm:py-3">
      <Td
        className={`${cell} max-sm:col-span-3 max-sm:col-start-1 max-sm:row-start-1 max-sm:font-[560] sm:whitespace-nowrap`}
      >
        {question.label}
      </Td>
      <Figure name="candidate">
        {figures ? figure(figures.metric, figures.candidate) : question.seen?.candidate.figure}
      </Figure>
      <Figure name="stable">
        {figures ? figure(figures.metric, figures.stable) : question.seen?.stable.figure}
      </Figure>
      <Figure name="limit">{limitWords(question)}</Figure>
      <Figure name="runs">
        {(figures?.candidateRuns ?? question.seen?.candidate.runs)?.toLocaleString('en')}
      </Figure>
      <Td className={`${cell} max-sm:col-span-4`}>
        <span className="flex items-center gap-2.5">
          <Meter
            className="w-24 shrink-0 max-sm:w-auto max-sm:flex-1"
            label={`Evidence on ${question.label.toLowerCase()}`}
            text={words}
            filled={evidenceFill(question.evidence, question.threshold)}
            mark={thresholdMark}
            tone={question.verdict === 'stop' ? 'stop' : 'neutral'}
          />
          <span className="whitespace-nowrap tabular-nums">{words}</span>
        </span>
      </Td>
      <Td right className={`${cell} max-sm:col-start-4 max-sm:row-start-1`}>
        <StateChip tone={verdict.tone}>{verdict.word}</StateChip>
      </Td>
    </tr>
  )
}

const cell = 'max-sm:border-0 max-sm:p-0!'

/** A figure of a question; what does not apply takes no room on a phone. */
function Figure({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <Td right className={`${cell} max-sm:text-left max-sm:empty:hidden`}>
      {children && (
        <>
          <span aria-hidden className="block text-xs text-ink-3 sm:hidden">
            {name}
          </span>
          {children}
        </>
      )}
    </Td>
  )
}

function limitWords({ question, metric, limit, tolerance }: RolloutView['questions'][number]): string | null {
  if (limit !== null && metric !== null) return figure(metric, limit)
  if (limit !== null) return question.startsWith('limit.score.') ? (1 - limit).toFixed(2) : percent(limit)
  return tolerance === null ? null : `× ${tolerance}`
}
