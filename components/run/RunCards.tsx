import Link from 'next/link'
import type { ReactNode } from 'react'
import { Moment } from '#components/time/RelativeTime.tsx'
import { Section } from '#components/ui/Card.tsx'
import { KeyValue, KeyValues } from '#components/ui/KeyValues.tsx'
import { Mono } from '#components/ui/Mono.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { paths } from '#lib/paths.ts'
import type { RunView } from '#lib/views/run.ts'
import type { RelatedRun } from '#lib/views/runsAround.ts'
import { Outcome } from './Outcome.tsx'
import { durationWords, evidenceSentence, isCounted, versionSources } from './words.ts'

/** Which version it was, and how that is known. */
export function VersionCard({ run: { version, rung, model } }: { run: RunView }) {
  return (
    <Section title="Version">
      <KeyValues>
        <KeyValue term="It ran as">
          {version === null ? (
            <StateChip tone="hold">not known</StateChip>
          ) : (
            <Mono className="font-semibold break-all">{version}</Mono>
          )}
        </KeyValue>
        {model !== null && (
          <KeyValue term="First model">
            <Mono className="break-all">{model}</Mono>
          </KeyValue>
        )}
      </KeyValues>
      <Note>{versionSources[rung]}</Note>
    </Section>
  )
}

/** Whether it is evidence on a rollout. */
export function EvidenceCard({ run }: { run: RunView }) {
  const counted = isCounted(run.evidence)
  return (
    <Section title="Evidence">
      <KeyValues>
        <KeyValue term="On a rollout">
          <StateChip tone={counted ? 'allow' : 'neutral'}>{counted ? 'counted' : 'not counted'}</StateChip>
        </KeyValue>
        {run.rolloutId !== null && (
          <KeyValue term="Rollout">
            <Link href={paths.rollout(run.agent, run.rolloutId)} className="underline underline-offset-2">
              Open the rollout
            </Link>
          </KeyValue>
        )}
        <KeyValue term="Conversation">
          {run.conversationId === null ? (
            <span className="text-ink-3">none named</span>
          ) : (
            <Mono className="break-all">{run.conversationId}</Mono>
          )}
        </KeyValue>
        {run.unit !== null && (
          <KeyValue term="Version drawn by">
            <Mono className="break-all">{run.unit}</Mono>
          </KeyValue>
        )}
      </KeyValues>
      <Note>
        {evidenceSentence(run)}
        {run.outcome === 'cancelled' && ' A stopped run is neither a success nor a failure.'}
      </Note>
    </Section>
  )
}

/** The runs around it and within it, and what was corrected. */
export function AroundCard({ run }: { run: RunView }) {
  const { insideOf, inside, insideHidden, retryOf, foldedInto, folded, amendedAt, parentMissing } = run
  return (
    <Section title="Runs around it">
      <KeyValues>
        <KeyValue term="Inside of">
          {insideOf.length === 0 && 'no other run'}
          {insideOf.map((each, index) => (
            // Their order is what they are: the nearest first.
            <Related key={index} run={each} />
          ))}
        </KeyValue>
        <KeyValue term="Inside it">
          {inside.length === 0 && insideHidden === 0 && 'no other run'}
          {inside.map((each) => (
            <Related key={each.id} run={each} />
          ))}
          {insideHidden > 0 && (
            <span className="block text-ink-3">
              {insideHidden} of {insideHidden === 1 ? 'another agent' : 'other agents'}
            </span>
          )}
        </KeyValue>
        {retryOf && (
          <KeyValue term="Retries">
            {retryOf.id === null ? (
              <Mono className="break-all">{retryOf.named}</Mono>
            ) : (
              <Link href={paths.run(retryOf.id)} className="underline underline-offset-2">
                an earlier run
              </Link>
            )}
          </KeyValue>
        )}
        {foldedInto && (
          <KeyValue term="Folded into">
            <Related run={foldedInto} />
          </KeyValue>
        )}
        {folded.length > 0 && (
          <KeyValue term="Folded in">
            {folded.map((each) => (
              <Related key={each.id} run={each} />
            ))}
          </KeyValue>
        )}
        {amendedAt !== null && (
          <KeyValue term="Amended">
            <Moment at={amendedAt} />
          </KeyValue>
        )}
      </KeyValues>
      {foldedInto && (
        <Note>It turned out to be part of another run. Its figures are counted there and nowhere else.</Note>
      )}
      {amendedAt !== null && !foldedInto && (
        <Note>Spans that came late changed it. The figures here are the newest.</Note>
      )}
      {parentMissing && (
        <Note>It names a parent span that has not come. It may be part of a run that is not known.</Note>
      )}
    </Section>
  )
}

/** A run beside this one, with a link where it may be seen. */
function Related({ run: { id, agent, outcome, latencyMs } }: { run: RelatedRun }) {
  if (agent === null) return <span className="block text-ink-3">a run of another agent</span>
  if (id === null) return <Mono className="block break-all">{agent}</Mono>
  return (
    <span className="mb-1 block last:mb-0">
      <Link href={paths.run(id)} className="mono break-all underline underline-offset-2">
        {agent}
      </Link>
      <span className="flex flex-wrap items-center justify-end gap-x-2 text-xs text-ink-2">
        {outcome && <Outcome outcome={outcome} />}
        {latencyMs !== null && <span>{durationWords(latencyMs)}</span>}
      </span>
    </span>
  )
}

/** What the run says of itself, and its ids for elsewhere. */
export function AttributesCard({ run: { attributes, traceId, spanId } }: { run: RunView }) {
  const said = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))
  return (
    <Section title="Attributes">
      <dl className="grid gap-1.5 px-4 pt-2 text-sm">
        <Id term="Trace" id={traceId} />
        <Id term="Span" id={spanId} />
      </dl>
      <KeyValues className="grid-cols-[minmax(0,auto)_minmax(0,1fr)]">
        {said.map(([name, value]) => (
          <KeyValue key={name} term={<Mono className="break-all">{name}</Mono>}>
            <span className="[overflow-wrap:anywhere]">{value}</span>
          </KeyValue>
        ))}
      </KeyValues>
    </Section>
  )
}

/** On a line of its own, so that it can be compared and copied whole. */
function Id({ term, id }: { term: string; id: string }) {
  return (
    <div>
      <dt className="text-ink-3">{term}</dt>
      <dd className="mono text-xs break-all">{id}</dd>
    </div>
  )
}

function Note({ children }: { children: ReactNode }) {
  return <p className="border-t border-line px-4 py-2.5 text-sm text-ink-2">{children}</p>
}
