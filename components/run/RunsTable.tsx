import Link from 'next/link'
import { RelativeTime } from '#components/time/RelativeTime.tsx'
import { Table, Td, Th } from '#components/ui/Table.tsx'
import { paths } from '#lib/paths.ts'
import type { RunLine } from '#lib/views/runs.ts'
import { OutcomeIcon } from './Outcome.tsx'
import { costWords, countWords, durationWords, evidenceWords, isCounted, outcomeWords } from './words.ts'

/** Runs as rows. On a phone the figures stand under the outcome. */
export function RunsTable({ agent, runs }: { agent: string; runs: readonly RunLine[] }) {
  return (
    <Table caption={`Runs of ${agent}`}>
      <thead>
        <tr>
          <Th>Outcome</Th>
          <Th className="max-md:hidden">Version</Th>
          <Th right className="max-md:hidden">
            Latency
          </Th>
          <Th right className="max-md:hidden">
            Tools
          </Th>
          <Th right className="max-lg:hidden">
            Tokens
          </Th>
          <Th right className="max-md:hidden">
            Cost
          </Th>
          <Th className="max-md:hidden">Evidence</Th>
          <Th right>Arrived</Th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <Row key={run.id} run={run} />
        ))}
      </tbody>
    </Table>
  )
}

function Row({ run }: { run: RunLine }) {
  return (
    <tr className="align-top hover:transition-colors hover:bg-sunken">
      <Td className="md:max-w-72 md:min-w-36">
        <Link
          data-row=""
          href={paths.run(run.id)}
          className="inline-flex max-w-full scroll-mt-16 scroll-mb-24 items-start gap-1.5 rounded hover:underline max-md:py-1"
        >
          <OutcomeIcon outcome={run.outcome} className="mt-0.5 size-4" />
          <span className="min-w-0 [overflow-wrap:anywhere]">
            <span className={run.outcome === 'failed' ? 'font-[560]' : undefined}>
              {outcomeWords[run.outcome]}
            </span>
            {run.outcome === 'failed' && run.errorType && (
              <span className="text-ink-2">: {run.errorType}</span>
            )}
          </span>
        </Link>
        <div className="mt-0.5 text-xs text-ink-2 md:hidden">
          <span className="mono [overflow-wrap:anywhere]">{run.version ?? 'no version'}</span>
          {[durationWords(run.latencyMs), run.toolCalls > 0 && toolWords(run), costOf(run)]
            .filter((words) => words !== false)
            .map((words) => ` · ${words}`)}
          {' · '}
          <Evidence run={run} />
        </div>
      </Td>
      <Td className="mono max-w-40 [overflow-wrap:anywhere] max-md:hidden">
        {run.version ?? <span className="font-sans text-ink-3">none</span>}
      </Td>
      <Td right className="max-md:hidden">
        {durationWords(run.latencyMs)}
      </Td>
      <Td right className="max-md:hidden">
        {run.toolCalls === 0 ? <span className="text-ink-3">–</span> : run.toolCalls.toLocaleString('en')}
        {run.toolFailures > 0 && <span className="block text-xs text-stop">{run.toolFailures} failed</span>}
      </Td>
      <Td right className="max-lg:hidden">
        {run.tokens === 0 ? <span className="text-ink-3">–</span> : run.tokens.toLocaleString('en')}
      </Td>
      <Td right className="max-md:hidden">
        {run.costUsd === null ? <span className="text-ink-3">unknown</span> : costWords(run.costUsd)}
        {run.costEstimated && <span className="block text-xs text-ink-3">estimated</span>}
      </Td>
      <Td className="max-md:hidden">
        <Evidence run={run} />
      </Td>
      <Td right className="text-ink-2 max-md:pt-3">
        <RelativeTime at={run.receivedAt} />
        {run.amended && <span className="block text-xs text-ink-3">amended</span>}
      </Td>
    </tr>
  )
}

function Evidence({ run: { evidence } }: { run: RunLine }) {
  return isCounted(evidence) ? (
    <span>{evidenceWords[evidence]}</span>
  ) : (
    <span className="text-ink-3">not counted: {evidenceWords[evidence]}</span>
  )
}

function toolWords({ toolCalls, toolFailures }: RunLine): string {
  const calls = countWords(toolCalls, 'tool call')
  return toolFailures > 0 ? `${calls}, ${toolFailures} failed` : calls
}

function costOf({ costUsd, costEstimated }: RunLine): string | false {
  if (costUsd === null) return false
  return costEstimated ? `${costWords(costUsd)} estimated` : costWords(costUsd)
}
