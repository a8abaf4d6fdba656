'use client'
import { useQuery } from '@tanstack/react-query'
import { clsx } from 'clsx'
import { ArrowRight, Check, Undo2, X } from 'lucide-react'
import Link from 'next/link'
import { AgoAndMoment, Countdown } from '#components/time/RelativeTime.tsx'
import { ActButton } from '#components/ui/ActButton.tsx'
import { Banner } from '#components/ui/Banner.tsx'
import { Section } from '#components/ui/Card.tsx'
import { cancel, decide } from '#lib/actions/approval.ts'
import { paths } from '#lib/paths.ts'
import { standingQuery } from '#lib/queries/approvals.ts'
import type { ApprovalView } from '#lib/views/approvals.ts'

/** One thing that waits for a second person: what it does, what it rests on, then and now, and the two answers. */
export function ApprovalCard({ approval }: { approval: ApprovalView }) {
  const { data: standing } = useQuery(standingQuery(approval.id))
  return (
    <Section
      title={approval.title}
      aside={
        <>
          lapses in <Countdown at={approval.expiresAt} after="a moment" className="tabular-nums" />
        </>
      }
    >
      <div className="grid gap-4 px-4 pt-2 pb-4">
        <p className="text-sm text-ink-2">
          <b className="font-semibold text-ink">{approval.askedBy}</b> asked{' '}
          <AgoAndMoment at={approval.askedAt} /> for{' '}
          <Link
            data-row=""
            className="scroll-mt-32 scroll-mb-40 underline underline-offset-2"
            href={subjectOf(approval)}
          >
            {approval.agent}
          </Link>
          : “{approval.reason}”
        </p>
        <dl className="grid gap-x-4 gap-y-2 rounded-lg bg-sunken p-3 text-sm sm:grid-cols-[1fr_auto_1fr] sm:items-center">
          <div>
            <dt className="text-xs text-ink-3">Now</dt>
            <dd>{approval.before}</dd>
          </div>
          <ArrowRight aria-hidden className="hidden size-4 text-ink-3 sm:block" />
          <div>
            <dt className="text-xs text-ink-3">If you approve</dt>
            <dd className="font-[560]">{approval.after}</dd>
          </div>
        </dl>
        {standing?.moved && (
          <Banner tone="hold" title="It would lapse">
            {standing.moved}
          </Banner>
        )}
        <div className="grid gap-4 text-sm md:grid-cols-2">
          <Evidence title="When it was asked for" lines={approval.evidence} />
          <Evidence title="As it is now" lines={standing?.evidence ?? null} like={approval.evidence} />
        </div>
        <div className="flex flex-col gap-2.5 sm:flex-row sm:items-start">
          <ActButton
            label={`Approve: ${approval.title}`}
            icon={Check}
            variant="primary"
            size="lg"
            whyNot={approval.whyNotDecide}
            act={(reason) => decide(approval.id, 'approve', reason)}
            done="Approved and done"
            confirm={{
              title: `${approval.title}?`,
              effect: `${approval.after}.`,
              reason: { label: 'A word for the record', required: false },
            }}
          />
          <ActButton
            label="Reject"
            icon={X}
            size="lg"
            whyNot={approval.whyNotDecide}
            whySide="hidden"
            act={(reason) => decide(approval.id, 'reject', reason)}
            done="Rejected"
            confirm={{
              title: `Reject: ${approval.title}?`,
              effect: `Nothing is done, and ${approval.askedBy} is told why.`,
              reason: { label: 'Why not', required: true },
            }}
          />
          {approval.whyNotCancel === null && (
            <ActButton
              label="Take it back"
              icon={Undo2}
              variant="ghost"
              size="lg"
              whyNot={null}
              act={() => cancel(approval.id)}
              done="Taken back"
            />
          )}
        </div>
      </div>
    </Section>
  )
}

function Evidence({
  title,
  lines,
  like,
}: {
  readonly title: string
  readonly lines: readonly string[] | null
  /** What keeps the place while they are read. */
  readonly like?: readonly string[]
}) {
  return (
    <div>
      <h3 className="text-xs font-semibold text-ink-3">{title}</h3>
      {lines?.length === 0 && <p className="mt-1 text-ink-3">It cannot be asked for any more.</p>}
      <div className="relative">
        {lines === null && <p className="absolute inset-x-0 top-0 text-ink-3">Reading…</p>}
        <ul className={clsx('mt-1 grid gap-1 tabular-nums', lines === null && 'invisible')}>
          {(lines ?? like)?.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </div>
    </div>
  )
}

function subjectOf({ agent, rolloutId, incidentId }: ApprovalView): string {
  if (incidentId) return paths.incident(incidentId)
  return rolloutId ? paths.rollout(agent, rolloutId) : paths.agent(agent)
}
