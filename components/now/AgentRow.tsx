'use client'
import { Lock, PenOff, Stamp } from 'lucide-react'
import Link from 'next/link'
import { Countdown, Elapsed } from '#components/time/RelativeTime.tsx'
import { Meter } from '#components/ui/Meter.tsx'
import { Sentence } from '#components/ui/Sentence.tsx'
import { StateChip, ToneIcon } from '#components/ui/StateChip.tsx'
import { paths } from '#lib/paths.ts'
import type { NowAgent } from '#lib/views/nowAgent.ts'

/** One agent: state, versions, share, verdict, and what comes next. The whole row opens it. */
export function AgentRow({ agent }: { agent: NowAgent }) {
  const asks = agent.word === 'approval'
  return (
    <article
      aria-label={agent.agent}
      className="group relative grid grid-cols-[20px_minmax(0,1fr)] items-center gap-x-3 gap-y-1 px-4 py-[13px] hover:transition-colors hover:bg-sunken lg:grid-cols-[20px_minmax(140px,1.1fr)_minmax(130px,0.9fr)_136px_minmax(0,2.7fr)_132px] lg:gap-x-4"
    >
      <ToneIcon
        tone={agent.tone}
        icon={asks ? Stamp : undefined}
        className="mt-0.5 size-4 self-start lg:self-center"
      />
      <div className="flex min-w-0 flex-wrap items-center justify-between gap-x-3 lg:contents">
        <div className="max-w-full min-w-0">
          <Link
            data-row=""
            href={hrefOf(agent)}
            className="block scroll-mt-16 scroll-mb-24 truncate rounded font-semibold before:absolute before:inset-0 focus-visible:outline-none focus-visible:before:rounded-card focus-visible:before:outline-2 focus-visible:before:-outline-offset-2 focus-visible:before:outline-candidate"
          >
            {agent.agent}
          </Link>
          <div className="truncate text-[0.78rem] text-ink-3">
            {agent.displayName !== agent.agent ? agent.displayName : (agent.stage ?? 'no rollout')}
          </div>
        </div>
        <Versions agent={agent} />
      </div>
      <Share agent={agent} />
      <div className="col-start-2 leading-6 lg:col-auto [&>*:not(:last-child)]:mr-2">
        <StateChip tone={agent.tone} icon={null}>
          {agent.word}
        </StateChip>
        {agent.candidateLocked && agent.candidate && (
          <StateChip tone="stop" icon={Lock}>
            {agent.candidate} locked
          </StateChip>
        )}
        {agent.writesDenied && (
          <StateChip tone="hold" icon={PenOff}>
            writes denied
          </StateChip>
        )}
        <Sentence text={agent.sentence} className="text-ink-2" />
      </div>
      <NextEvent agent={agent} />
    </article>
  )
}

/** An incident that is open is what to look at; else the rollout; else the agent. */
function hrefOf(agent: NowAgent): string {
  if (agent.group === 'attention' && agent.incidentId) return paths.incident(agent.incidentId)
  return agent.rolloutId && agent.candidate
    ? paths.rollout(agent.agent, agent.rolloutId)
    : paths.agent(agent.agent)
}

function Versions({ agent }: { agent: NowAgent }) {
  const direction = agent.back ? 'back from' : 'to'
  return (
    <div className="mono min-w-0 text-sm">
      <span className="inline-block">{agent.stable ?? '—'}</span>
      {agent.candidate && (
        <span className="inline-block">
          <span aria-hidden className="px-1.5 text-ink-3">
            {agent.back ? '←' : '→'}
          </span>
          <span className="sr-only"> {direction} </span>
          <span className={agent.back ? 'text-ink-2' : 'text-candidate'}>{agent.candidate}</span>
        </span>
      )}
    </div>
  )
}

/** Ordered share as words and bar; the measured one under it, where runs came in. */
function Share({ agent }: { agent: NowAgent }) {
  if (agent.orderedPercent === null) {
    return <div className="hidden text-sm tabular-nums lg:block">{agent.stable ? '100 %' : '—'}</div>
  }
  const words =
    agent.stagePercent === null
      ? `${agent.orderedPercent} %`
      : `${agent.orderedPercent} % of ${agent.stagePercent} %`
  const measured = agent.measuredPercent === null ? 'not measured' : `${agent.measuredPercent} % measured`
  return (
    <div className="hidden text-sm tabular-nums lg:block">
      <div className="flex items-baseline justify-between gap-2">
        <span className="whitespace-nowrap">{words}</span>
        <span className="text-xs whitespace-nowrap text-ink-3">
          {agent.measuredPercent === null ? '' : `is ${agent.measuredPercent} %`}
        </span>
      </div>
      <Meter
        label={`Share of ${agent.candidate ?? 'the candidate'}`}
        text={`${words} ordered, ${measured}`}
        filled={agent.orderedPercent / 100}
        className="mt-1.5"
      />
    </div>
  )
}

function NextEvent({ agent }: { agent: NowAgent }) {
  const { next, stageSince } = agent
  return (
    <div className="col-start-2 flex flex-wrap items-baseline gap-x-1.5 text-sm tabular-nums lg:col-auto lg:flex-col lg:items-end lg:text-right">
      {next?.at && <Countdown at={next.at} after="due" className="font-medium" />}
      {next && <span className="text-[0.78rem] text-ink-3">{next.what}</span>}
      {next && !next.at && stageSince && (
        <span className="text-[0.78rem] text-ink-3">
          <Elapsed at={stageSince} /> in {agent.stage}
        </span>
      )}
    </div>
  )
}
