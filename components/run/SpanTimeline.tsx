import { clsx } from 'clsx'
import Link from 'next/link'
import { Section } from '#components/ui/Card.tsx'
import { Mono } from '#components/ui/Mono.tsx'
import { Table, Td, Th } from '#components/ui/Table.tsx'
import { useNow } from '#components/time/TimeProvider.tsx'
import { paths } from '#lib/paths.ts'
import type { RunView } from '#lib/views/run.ts'
import type { RunSpans, SpanLine } from '#lib/views/runSpans.ts'
import { costWords, countWords, durationWords, spanWords } from './words.ts'

const keptMs = 24 * 3_600_000
/** Deeper spans are indented no further: the names need the room. */
const depthMax = 8

/** What a run was made of: each span in the one that it was part of, with its time as a bar. */
export function SpanTimeline({ run: { spans, receivedAt } }: { run: RunView }) {
  if (!spans || spans.shown.length === 0) return <NoSpans receivedAt={receivedAt} />
  return (
    <Section title="Timeline" aside={`${countWords(spans.total, 'span')}, ${durationWords(spans.lengthMs)}`}>
      <Table caption="Spans of the run">
        <thead>
          <tr>
            <Th>Span</Th>
            <Th className="w-2/5 max-md:hidden">
              <span className="flex justify-between tabular-nums">
                <span>0</span>
                <span>{durationWords(spans.lengthMs)}</span>
              </span>
            </Th>
            <Th right>Took</Th>
          </tr>
        </thead>
        <tbody>
          {spans.shown.map((span) => (
            <SpanRow key={span.spanId} span={span} lengthMs={spans.lengthMs} />
          ))}
        </tbody>
      </Table>
      <Remarks spans={spans} />
    </Section>
  )
}

function SpanRow({ span, lengthMs }: { span: SpanLine; lengthMs: number }) {
  return (
    <tr className="hover:bg-sunken">
      <Td className="py-1.5 max-md:w-full">
        <div className="min-w-0" style={{ paddingLeft: `${Math.min(span.depth, depthMax) * 14}px` }}>
          <span className="sr-only">Level {span.depth + 1}: </span>
          <Name span={span} />
          <Details span={span} />
        </div>
        <Bar span={span} lengthMs={lengthMs} className="mt-1.5 mb-0.5 md:hidden" />
      </Td>
      <Td className="py-1.5 align-middle max-md:hidden">
        <Bar span={span} lengthMs={lengthMs} />
        <span className="sr-only">starts at {durationWords(span.startMs)}</span>
      </Td>
      <Td right className="py-1.5 text-ink-2 max-md:align-top">
        {durationWords(span.durationMs)}
      </Td>
    </tr>
  )
}

function Name({ span: { kind, name, runId } }: { span: SpanLine }) {
  if (name === null) return <span className="text-ink-3">{spanWords[kind]}</span>
  return (
    <>
      <span className="text-xs text-ink-3">{spanWords[kind]}</span>{' '}
      {runId === null ? (
        <Mono className="[overflow-wrap:anywhere]">{name}</Mono>
      ) : (
        <Link
          href={paths.run(runId)}
          className="mono rounded underline underline-offset-2 [overflow-wrap:anywhere]"
        >
          {name}
        </Link>
      )}
    </>
  )
}

/** What it says besides its name, in one line. */
function Details({ span }: { span: SpanLine }) {
  const { failed, errorType, inputTokens, outputTokens, costUsd } = span
  const tokens =
    inputTokens === null && outputTokens === null
      ? null
      : `${(inputTokens ?? 0).toLocaleString('en')} → ${(outputTokens ?? 0).toLocaleString('en')} tokens`
  const said = [tokens, costUsd !== null && costWords(costUsd)].filter(Boolean).join(' · ')
  if (!failed && errorType === null && said === '') return null
  return (
    <span className="block text-xs">
      {(failed || errorType !== null) && (
        <span className={clsx('mr-2', failed ? 'text-stop' : 'text-ink-2')}>
          {failed ? 'failed' : 'ended early'}
          {errorType !== null && `: ${errorType}`}
        </span>
      )}
      {said !== '' && <span className="whitespace-nowrap text-ink-3">{said}</span>}
    </span>
  )
}

interface BarProps {
  readonly span: SpanLine
  readonly lengthMs: number
  readonly className?: string
}

function Bar({ span: { startMs, durationMs, failed, kind, depth }, lengthMs, className }: BarProps) {
  const left = Math.min(Math.max(0, startMs / lengthMs), 1) * 100
  const width = Math.min(Math.max(0, durationMs / lengthMs) * 100, 100 - left)
  const isQuiet = kind === 'other' || kind === 'link' || kind === 'wait'
  return (
    <div aria-hidden className={clsx('relative h-2 rounded-sm bg-sunken', className)}>
      <div
        className={clsx(
          'absolute inset-y-0 min-w-[3px] rounded-sm forced-colors:bg-[CanvasText]',
          failed && 'bg-stop',
          !failed && isQuiet && 'bg-line-2',
          !failed && !isQuiet && (depth === 0 ? 'bg-ink-2' : 'bg-ink-3'),
        )}
        style={{ left: `min(${left}%, calc(100% - 3px))`, width: `${width}%` }}
      />
    </div>
  )
}

/** What of the trace is not shown, and why. */
function Remarks({ spans: { shown, total, read, inTrace } }: { spans: RunSpans }) {
  const remarks = [
    shown.length < total &&
      `These are the first ${shown.length.toLocaleString('en')} of ${total.toLocaleString('en')} spans.`,
    read < inTrace &&
      `Of the trace’s ${inTrace.toLocaleString('en')} spans the first ${read.toLocaleString('en')} to arrive were looked at.`,
    shown.some(({ kind }) => kind === 'other') &&
      'Of agents that you may not see, only the times of their spans are shown.',
  ].filter(Boolean)
  if (remarks.length === 0) return null
  return <p className="border-t border-line px-4 py-2.5 text-sm text-ink-2">{remarks.join(' ')}</p>
}

function NoSpans({ receivedAt }: { receivedAt: string }) {
  const isOld = useNow().getTime() - Date.parse(receivedAt) > keptMs
  return (
    <Section title="Timeline">
      <p className="px-4 pt-1 pb-4 text-sm text-ink-2">
        {isOld
          ? 'Spans are kept for a day after the last one of their trace came, so the timeline of this run is gone. Its figures stay.'
          : 'No span of this run is kept.'}
      </p>
    </Section>
  )
}
