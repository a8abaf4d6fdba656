'use client'
import Link from 'next/link'
import { useState } from 'react'
import { Moment } from '#components/time/RelativeTime.tsx'
import { ActButton } from '#components/ui/ActButton.tsx'
import { Section } from '#components/ui/Card.tsx'
import { ShowAll } from '#components/ui/ShowAll.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { Table, Td, Th } from '#components/ui/Table.tsx'
import type { Tone } from '#components/ui/tone.ts'
import { compensate } from '#lib/actions/incident.ts'
import type { Compensation } from '#lib/domain/review.ts'
import { formatRunId } from '#lib/domain/runEvidence.ts'
import { paths } from '#lib/paths.ts'
import type { IncidentView } from '#lib/views/incident.ts'

/** So many calls are there at first: what comes after them on the page is as important. */
const atFirst = 10

type EffectView = IncidentView['effects']['shown'][number]
const stateWords: Record<Compensation, string> = {
  open: 'open',
  compensated: 'compensated',
  not_needed: 'nothing to undo',
}
const stateTones: Record<Compensation, Tone> = { open: 'hold', compensated: 'allow', not_needed: 'neutral' }

/** What the candidate wrote, or may have: rolling back does not undo it, so somebody has to look at each. */
export function SideEffects({ view }: { view: IncidentView }) {
  const { total, open } = view.effects
  const [all, setAll] = useState(false)
  const shown = all ? view.effects.shown : view.effects.shown.slice(0, atFirst)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const picked = shown.filter((each) => chosen.has(keyOf(each)))
  const toggle = (each: EffectView) =>
    setChosen((before) => {
      const next = new Set(before)
      if (!next.delete(keyOf(each))) next.add(keyOf(each))
      return next
    })
  const mark = (state: Compensation) => async (reason: string | null) => {
    const refused = await compensate(view.id, picked.map(effectOf), state, reason)
    if (!refused) setChosen(new Set())
    return refused
  }
  const whyNot = view.whyNotReview ?? (picked.length === 0 ? 'Choose calls below' : null)
  return (
    <Section title="What it wrote" aside={total === 0 ? undefined : `${open} of ${total} open`}>
      {total === 0 ? (
        <p className="px-4 pt-1 pb-4 text-sm text-ink-2">
          {view.fromVersion} called no tool that writes, nor one of which it is not known.
        </p>
      ) : (
        <>
          <p className="px-4 pt-1 text-sm text-ink-2">
            Rolling back does not undo these. Whether a tool writes is what the manifest says of it; where it
            says nothing it is unknown, not harmless.
          </p>
          <div className="flex flex-wrap gap-2 px-4 py-3">
            <ActButton
              label={picked.length === 0 ? 'Mark as compensated' : `Mark ${picked.length} as compensated`}
              whyNot={whyNot}
              act={mark('compensated')}
              confirm={{
                title: `Mark ${picked.length} as compensated?`,
                effect: 'What was written has been undone or made good.',
                reason: { label: 'How', required: true },
              }}
            />
            <ActButton
              label="Nothing to undo"
              variant="ghost"
              whyNot={whyNot}
              whySide="hidden"
              act={mark('not_needed')}
            />
          </div>
          <Table caption="Calls that wrote, or may have">
            <thead>
              <tr>
                <Th>
                  <input
                    type="checkbox"
                    aria-label="Choose all that are shown"
                    className="size-5"
                    checked={picked.length === shown.length}
                    onChange={(event) => setChosen(new Set(event.target.checked ? shown.map(keyOf) : []))}
                  />
                </Th>
                <Th>When</Th>
                <Th>Tool</Th>
                <Th>Writes</Th>
                <Th right>Calls</Th>
                <Th right>Failed</Th>
                <Th>State</Th>
                <Th>Run</Th>
              </tr>
            </thead>
            <tbody>
              {shown.map((each) => (
                <tr key={keyOf(each)}>
                  <Td>
                    <input
                      type="checkbox"
                      aria-label={`Choose ${each.tool} in ${each.traceId}`}
                      className="size-5"
                      checked={chosen.has(keyOf(each))}
                      onChange={() => toggle(each)}
                    />
                  </Td>
                  <Td className="whitespace-nowrap">
                    <Moment at={each.at} />
                  </Td>
                  <Td>
                    <code className="mono">{each.tool}</code>
                  </Td>
                  <Td>{each.writing === 'writes' ? 'yes' : 'unknown'}</Td>
                  <Td right>{each.calls}</Td>
                  <Td right>{each.failures}</Td>
                  <Td>
                    <StateChip tone={stateTones[each.state]}>{stateWords[each.state]}</StateChip>
                    {each.note && <span className="block text-xs text-ink-3">{each.note}</span>}
                  </Td>
                  <Td>
                    <Link
                      href={paths.run(formatRunId(each))}
                      className="mono rounded text-xs underline underline-offset-2"
                    >
                      {each.traceId.slice(0, 12)}
                    </Link>
                  </Td>
                </tr>
              ))}
            </tbody>
          </Table>
          {view.effects.shown.length > shown.length && (
            <ShowAll of={view.effects.shown.length} what="calls" onShow={() => setAll(true)} />
          )}
          {all && total > shown.length && (
            <p className="border-t border-line px-4 py-2.5 text-sm text-ink-3">
              The newest {shown.length} of {total} are shown; the export holds the same.
            </p>
          )}
        </>
      )}
    </Section>
  )
}

function keyOf({ traceId, spanId, tool }: EffectView): string {
  return `${traceId} ${spanId} ${tool}`
}

function effectOf({ traceId, spanId, tool }: EffectView) {
  return { traceId, spanId, tool }
}
