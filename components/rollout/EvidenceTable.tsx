import { Section } from '#components/ui/Card.tsx'
import { Meter } from '#components/ui/Meter.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { Table, Td, Th } from '#components/ui/Table.tsx'
import type { RolloutView } from '#lib/views/rollout.ts'
import { barMark, evidenceFill, evidenceWords, figure } from './figures.ts'

const verdicts = {
  stop: { tone: 'stop', word: 'stop' },
  rising: { tone: 'hold', word: 'rising' },
  fine: { tone: 'neutral', word: 'fine' },
  muted: { tone: 'hold', word: 'stable too' },
} as const

/** Why: what each question says, against the bar. */
export function EvidenceTable({
  questions,
  metrics,
  policy,
}: Pick<RolloutView, 'questions' | 'metrics' | 'policy'>) {
  const bar = questions[0]?.bar
  return (
    <Section
      title="Why"
      aside={
        bar ? `policy v${policy.number} · bar ${bar.toLocaleString('en')} to 1` : `policy v${policy.number}`
      }
    >
      {questions.length === 0 ? (
        <p className="px-4 pt-1 pb-4 text-ink-2">No check has been made yet; the first one is on its way.</p>
      ) : (
        <Table caption="What each question says of the candidate">
          <thead>
            <tr>
              <Th>Question</Th>
              <Th right>Candidate</Th>
              <Th right>Stable</Th>
              <Th right>Limit</Th>
              <Th className="min-w-44">Evidence</Th>
              <Th right>Verdict</Th>
            </tr>
          </thead>
          <tbody>
            {questions.map((question) => {
              const figures = metrics.find((each) => each.metric === question.metric)
              const verdict = verdicts[question.verdict]
              const words = evidenceWords(question.evidence)
              return (
                <tr key={question.question}>
                  <Td className="whitespace-nowrap">{question.label}</Td>
                  <Td right>{figures ? figure(figures.metric, figures.candidate) : ''}</Td>
                  <Td right>{figures ? figure(figures.metric, figures.stable) : ''}</Td>
                  <Td right>
                    {figures && question.limit !== null ? figure(figures.metric, question.limit) : ''}
                  </Td>
                  <Td>
                    <span className="flex items-center gap-2.5">
                      <Meter
                        className="w-24 shrink-0"
                        label={`Evidence on ${question.label.toLowerCase()}`}
                        text={words}
                        filled={evidenceFill(question.evidence, question.bar)}
                        mark={barMark}
                        tone={question.verdict === 'stop' ? 'stop' : 'neutral'}
                      />
                      <span className="whitespace-nowrap tabular-nums">{words}</span>
                    </span>
                  </Td>
                  <Td right>
                    <StateChip tone={verdict.tone}>{verdict.word}</StateChip>
                  </Td>
                </tr>
              )
            })}
          </tbody>
        </Table>
      )}
    </Section>
  )
}
