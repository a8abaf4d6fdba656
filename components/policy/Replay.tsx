'use client'
import { History } from 'lucide-react'
import { useState } from 'react'
import { spanWords } from '#components/time/words.ts'
import { Button } from '#components/ui/Button.tsx'
import { Section } from '#components/ui/Card.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { Table, Td, Th } from '#components/ui/Table.tsx'
import type { Tone } from '#components/ui/tone.ts'
import { replayPast } from '#lib/actions/policy.ts'
import type { Replayed } from '#lib/domain/policyReplay.ts'

const tones: Record<Replayed['verdict'], Tone> = {
  same: 'neutral',
  gained: 'stop',
  lost: 'hold',
  earlier: 'stop',
  later: 'hold',
}
const words: Record<Replayed['verdict'], string> = {
  same: 'the same',
  gained: 'would stop',
  lost: 'would not stop',
  earlier: 'would stop earlier',
  later: 'would stop later',
}

/** What the draft would have done to the rollouts before: the same engine on the checks that were kept. */
export function Replay({ agent, draft, readable }: { agent: string; draft: string; readable: boolean }) {
  const [done, setDone] = useState<{ draft: string; rows: readonly Replayed[] } | null>(null)
  const [pending, setPending] = useState(false)
  const run = async () => {
    if (!readable || pending) return
    setPending(true)
    const rows = await replayPast(agent, draft).catch(() => null)
    setPending(false)
    if (rows) setDone({ draft, rows })
  }
  return (
    <Section
      title="Replay on past rollouts"
      aside={done && done.draft !== draft ? 'of an earlier draft' : undefined}
    >
      <div className="grid gap-3 px-4 pt-2 pb-4">
        <p className="text-sm text-ink-2">
          Runs this draft over the checks of the newest rollouts: which stops it gains or loses, and how much
          earlier or later they come.
        </p>
        <div>
          <Button aria-disabled={!readable || pending} onClick={() => void run()}>
            <History aria-hidden />
            {pending ? 'Replaying…' : 'Replay this draft'}
          </Button>
        </div>
        {done?.rows.length === 0 && (
          <p className="text-sm text-ink-3">There is no rollout with checks yet.</p>
        )}
        {done && done.rows.length > 0 && <Rows rows={done.rows} />}
      </div>
    </Section>
  )
}

function Rows({ rows }: { rows: readonly Replayed[] }) {
  const unsure = [...new Set(rows.flatMap((row) => row.notReplayed))]
  return (
    <>
      <Table caption="Past rollouts under this draft">
        <thead>
          <tr>
            <Th>Candidate</Th>
            <Th>Then</Th>
            <Th>With this draft</Th>
            <Th>Difference</Th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <Td>
                <code className="mono">{row.candidate}</code>
              </Td>
              <Td>{stopWords(row.wasStoppedAt, row)}</Td>
              <Td>{stopWords(row.wouldStopAt, row)}</Td>
              <Td>
                <StateChip tone={tones[row.verdict]}>{words[row.verdict]}</StateChip>
                {row.notReplayed.length > 0 && <span className="text-ink-3"> *</span>}
              </Td>
            </tr>
          ))}
        </tbody>
      </Table>
      {unsure.length > 0 && (
        <p className="text-sm text-ink-3">
          * Not replayed: {unsure.join(', ')}. The checks were counted by the policy of their time. What
          another policy would have counted there is not known.
        </p>
      )}
    </>
  )
}

/** What comes after the last check is not known: the candidate had no traffic any more, or the checks are too many. */
function stopWords(seconds: number | null, { knownUntil, isCut }: Replayed): string {
  if (seconds !== null) return `stopped after ${spanWords(seconds * 1000)}`
  return `not stopped in ${isCut ? 'the first' : 'its'} ${spanWords(knownUntil * 1000)}`
}
