'use client'
import { useQuery } from '@tanstack/react-query'
import { ExternalLink, List } from 'lucide-react'
import Link from 'next/link'
import { PageTitle } from '#components/shell/Page.tsx'
import { AgoAndMoment, Moment } from '#components/time/RelativeTime.tsx'
import { buttonClass } from '#components/ui/Button.tsx'
import { ButtonLink } from '#components/ui/ButtonLink.tsx'
import { Section } from '#components/ui/Card.tsx'
import { Mono } from '#components/ui/Mono.tsx'
import { Table, Td, Th } from '#components/ui/Table.tsx'
import { paths } from '#lib/paths.ts'
import { runQuery } from '#lib/queries/runs.ts'
import type { RunView } from '#lib/views/run.ts'
import { OutcomeIcon } from './Outcome.tsx'
import { AroundCard, AttributesCard, EvidenceCard, VersionCard } from './RunCards.tsx'
import { RunFigures } from './RunFigures.tsx'
import { SpanTimeline } from './SpanTimeline.tsx'
import { outcomeWords } from './words.ts'

/** One run: how it went, what it belongs to, and what it was made of. */
export function RunScreen({ initial }: { initial: RunView }) {
  const { data: run } = useQuery({ ...runQuery(initial.id), initialData: initial })
  return (
    <>
      <PageTitle
        title={
          <span className="inline-flex items-start gap-2">
            <OutcomeIcon outcome={run.outcome} className="mt-[5px] size-5" />
            <span className="min-w-0 [overflow-wrap:anywhere]">
              {outcomeWords[run.outcome]}
              {run.outcome === 'failed' && run.errorType && `: ${run.errorType}`}
            </span>
          </span>
        }
        lede={
          <>
            A run of{' '}
            <Link href={paths.agent(run.agent)} className="mono rounded underline underline-offset-2">
              {run.agent}
            </Link>
            {run.version === null ? ' without a version' : <Version version={run.version} />}, arrived{' '}
            <AgoAndMoment at={run.receivedAt} />.
          </>
        }
        aside={<Links run={run} />}
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 lg:grid-cols-[minmax(0,1fr)_300px] lg:gap-6">
        <div className="grid min-w-0 content-start gap-4">
          <RunFigures run={run} />
          <SpanTimeline run={run} />
          <Tools tools={run.tools} />
          <Scores scores={run.scores} />
        </div>
        <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-4 md:grid-cols-2 lg:grid-cols-[minmax(0,1fr)]">
          <VersionCard run={run} />
          <EvidenceCard run={run} />
          <AroundCard run={run} />
          <AttributesCard run={run} />
        </div>
      </div>
    </>
  )
}

function Version({ version }: { version: string }) {
  return (
    <>
      {' '}
      version <Mono className="break-all">{version}</Mono>
    </>
  )
}

function Links({ run }: { run: RunView }) {
  return (
    <div className="flex flex-wrap gap-2">
      <ButtonLink href={paths.runs(run.agent, run.version === null ? {} : { version: run.version })}>
        <List aria-hidden />
        {run.version === null ? 'Runs of this agent' : 'Runs of this version'}
      </ButtonLink>
      {run.traceUrl !== null && (
        <a href={run.traceUrl} target="_blank" rel="noopener noreferrer" className={buttonClass()}>
          <ExternalLink aria-hidden />
          Open the trace
          <span className="sr-only"> in a new tab</span>
        </a>
      )}
      {run.traceUrl === null && run.canEditSettings && (
        <ButtonLink
          href={paths.settings.traces()}
          variant="ghost"
          className="max-sm:px-0 max-sm:underline max-sm:underline-offset-2"
        >
          Link your trace viewer
        </ButtonLink>
      )}
    </div>
  )
}

function Tools({ tools }: Pick<RunView, 'tools'>) {
  if (tools.length === 0) return null
  return (
    <Section title="Tools" aside={tools.length > 1 && `${tools.length} of them`}>
      <Table caption="Tools that it called">
        <thead>
          <tr>
            <Th>Tool</Th>
            <Th right>Calls</Th>
            <Th right>Failed</Th>
          </tr>
        </thead>
        <tbody>
          {tools.map(({ name, calls, failures }) => (
            <tr key={name}>
              <Td>
                <Mono className="break-all">{name}</Mono>
              </Td>
              <Td right>{calls.toLocaleString('en')}</Td>
              <Td right className={failures > 0 ? 'text-stop' : 'text-ink-3'}>
                {failures.toLocaleString('en')}
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Section>
  )
}

function Scores({ scores }: Pick<RunView, 'scores'>) {
  return (
    <Section title="Scores">
      {scores.length === 0 ? (
        <p className="px-4 pt-1 pb-4 text-sm text-ink-2">
          No score has come for this run. Judges, users and support tools send them to{' '}
          <Mono>POST /v1/scores</Mono>, up to a day later.
        </p>
      ) : (
        <Table caption="Scores of the run">
          <thead>
            <tr>
              <Th>Score</Th>
              <Th right>Value</Th>
              <Th>From</Th>
              <Th right>Given</Th>
            </tr>
          </thead>
          <tbody>
            {scores.map(({ id, name, value, label, source, at }) => (
              <tr key={id}>
                <Td>
                  <Mono className="break-all">{name}</Mono>
                  {label !== null && <span className="block text-xs break-words text-ink-2">{label}</span>}
                </Td>
                <Td right>{Number(value.toFixed(3))}</Td>
                <Td className="break-words text-ink-2">{source}</Td>
                <Td right className="text-ink-2">
                  <Moment at={at} />
                </Td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  )
}
