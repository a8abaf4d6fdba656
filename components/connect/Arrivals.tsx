import { LoaderCircle } from 'lucide-react'
import { UncountedList } from '#components/agent/UncountedList.tsx'
import { RelativeTime } from '#components/time/RelativeTime.tsx'
import { Mono } from '#components/ui/Mono.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import type { Arrived, ConnectView, NotCounted } from '#lib/views/connect.ts'

/** What came from the agent so far, and what came and was not counted. */
export function Arrivals({ view }: { view: ConnectView }) {
  return (
    <div className="grid gap-2 rounded-lg border border-line bg-sunken p-3.5">
      <div role="status" className="grid gap-2">
        {view.arrived.length === 0 ? (
          <p className="flex items-center gap-2">
            <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin text-ink-3" />
            <span>
              Waiting for the first run of <Mono>{view.agent}</Mono>…
            </span>
          </p>
        ) : (
          <ul className="grid gap-2">
            {view.arrived.map((each) => (
              <ArrivedLine key={each.version ?? ''} agent={view.agent} arrived={each} />
            ))}
          </ul>
        )}
      </div>
      {view.conversationNote && (
        <p className="border-t border-line pt-2 text-sm first-letter:uppercase">{view.conversationNote}.</p>
      )}
      {view.uncounted.length > 0 && (
        <div className="grid gap-2 border-t border-line pt-2">
          <p className="text-sm font-medium">Of no registered version, and so no evidence:</p>
          <UncountedList uncounted={view.uncounted} />
        </div>
      )}
      {view.notCounted.length > 0 && (
        <div className="grid gap-2 border-t border-line pt-2">
          <p className="text-sm font-medium">
            {view.arrived.length === 0 ? 'This came, and was not counted:' : 'Since then, not counted:'}
          </p>
          <ul className="grid gap-2">
            {view.notCounted.map((each) => (
              <NotCountedLine key={`${each.kind} ${each.words}`} note={each} />
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}

function ArrivedLine({ agent, arrived: { version, runs, lastAt } }: { agent: string; arrived: Arrived }) {
  const count = runs === 1 ? 'one run' : `${runs.toLocaleString('en')} runs`
  if (version === null) {
    return (
      <li className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
        <StateChip tone="hold">without a version</StateChip>
        <span className="min-w-0">
          {count}, <RelativeTime at={lastAt} />. Nobody can be blamed or trusted for them: set{' '}
          <Mono>gen_ai.agent.version</Mono>.
        </span>
      </li>
    )
  }
  return (
    <li className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
      <StateChip tone="allow">received</StateChip>
      <span className="min-w-0">
        {count} of <Mono>{`${agent}@${version}`}</Mono>, <RelativeTime at={lastAt} />
      </span>
    </li>
  )
}

function NotCountedLine({ note: { words, count, lastAt } }: { note: NotCounted }) {
  return (
    <li className="grid gap-0.5 text-sm">
      <span className="[overflow-wrap:anywhere]">{words}</span>
      <span className="text-ink-3">
        {count === 1 ? 'once' : `${count.toLocaleString('en')} times`}, <RelativeTime at={lastAt} />
      </span>
    </li>
  )
}
