'use client'
import { useQuery } from '@tanstack/react-query'
import { UserCheck } from 'lucide-react'
import { PageTitle } from '#components/shell/Page.tsx'
import { RelativeTime } from '#components/time/RelativeTime.tsx'
import { Card } from '#components/ui/Card.tsx'
import { EmptyState } from '#components/ui/EmptyState.tsx'
import { Segments } from '#components/ui/Segments.tsx'
import { useAddress } from '#components/ui/useAddress.ts'
import { StateChip } from '#components/ui/StateChip.tsx'
import type { Tone } from '#components/ui/tone.ts'
import { approvalsAddress, type ApprovalsShown } from '#lib/address/approvals.ts'
import { approvalsQuery } from '#lib/queries/approvals.ts'
import type { ApprovalsView, ApprovalView } from '#lib/views/approvals.ts'
import { ApprovalCard } from './ApprovalCard.tsx'

/** What waits for a second person: mine to decide first, then what I asked for, then what became of the rest. */
export function ApprovalsScreen({ initial }: { initial: ApprovalsView }) {
  const { data } = useQuery({ ...approvalsQuery(), initialData: initial })
  const mine = data.waiting.filter((approval) => approval.whyNotDecide === null)
  const others = data.waiting.filter((approval) => approval.whyNotDecide !== null)
  const { wishes, setWishes } = useAddress(approvalsAddress, 'browser')
  const { show } = wishes
  const waiting = waitingOf(show, mine, others)
  return (
    <>
      <PageTitle live title="Approvals" lede={lede(mine.length, others.length)} />
      <div className="mb-4 flex">
        <Segments
          label="Show"
          value={show ?? 'all'}
          choices={[
            ['all', 'All'],
            ['mine', `For you ${mine.length}`],
            ['waiting', `Waiting ${data.waiting.length}`],
            ['ended', 'Ended'],
          ]}
          onChoose={(next) => setWishes({ show: next === 'all' ? null : next })}
        />
      </div>
      {show !== 'ended' && waiting.length === 0 && (
        <Card>
          <EmptyState icon={UserCheck} title={show === 'mine' ? 'Nothing waits for you' : 'Nothing waits'}>
            Promoting to 100 %, unlocking, lifting a kill switch and loosening a limit take a second person.
            What they are asked for comes here.
          </EmptyState>
        </Card>
      )}
      <div className="grid gap-4">
        {waiting.map((approval) => (
          <ApprovalCard key={approval.id} approval={approval} />
        ))}
      </div>
      {show === 'ended' && data.ended.length === 0 && (
        <Card>
          <EmptyState icon={UserCheck} title="Nothing has ended yet">
            What was decided, taken back or lapsed comes here.
          </EmptyState>
        </Card>
      )}
      {(show === null || show === 'ended') && data.ended.length > 0 && (
        <section aria-label="Ended" className="mt-7">
          <h2 className="mb-2 text-[0.78rem] font-semibold text-ink-3">Ended</h2>
          <Card>
            <ul>
              {data.ended.map((approval) => (
                <li key={approval.id} className="border-line px-4 py-2.5 not-first:border-t">
                  <Ended approval={approval} />
                </li>
              ))}
            </ul>
          </Card>
        </section>
      )}
    </>
  )
}

function waitingOf(
  show: ApprovalsShown | null,
  mine: readonly ApprovalView[],
  others: readonly ApprovalView[],
): readonly ApprovalView[] {
  if (show === 'ended') return []
  return show === 'mine' ? mine : [...mine, ...others]
}

function lede(mine: number, others: number): string {
  if (mine === 0 && others === 0) return 'Nothing waits for anybody.'
  const forMe = mine === 0 ? 'Nothing waits for you' : `${mine} for you to decide`
  return others === 0 ? `${forMe}.` : `${forMe}, ${others} for others.`
}

const tones: Readonly<Record<string, Tone>> = { approved: 'allow', rejected: 'stop', lapsed: 'hold' }
const modes: Readonly<Record<string, string>> = {
  single_operator: 'alone',
  break_glass: 'broke the glass',
}

function Ended({ approval }: { approval: ApprovalView }) {
  const { title, agent, status, mode, askedBy, endedBy, endedAt, endedBecause } = approval
  return (
    <div className="grid gap-x-4 gap-y-0.5 text-sm sm:grid-cols-[8rem_minmax(0,1fr)_auto]">
      <span>
        <StateChip tone={tones[status] ?? 'neutral'}>{status}</StateChip>
      </span>
      <span className="min-w-0">
        <b className="font-semibold">{title}</b> <span className="text-ink-3">{agent}</span>
        {endedBecause && <span className="block text-ink-2">“{endedBecause}”</span>}
      </span>
      <span className="text-ink-3 sm:text-right">
        asked by {askedBy}; {mode && modes[mode] ? `${modes[mode]} ` : `${endedBy ?? ''} `}
        {endedAt && <RelativeTime at={endedAt} />}
      </span>
    </div>
  )
}
