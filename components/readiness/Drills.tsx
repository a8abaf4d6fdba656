'use client'
import { CircleCheck, CircleX, LoaderCircle } from 'lucide-react'
import { useId, useState } from 'react'
import { Moment, RelativeTime } from '#components/time/RelativeTime.tsx'
import { ActButton } from '#components/ui/ActButton.tsx'
import { Section } from '#components/ui/Card.tsx'
import { EmptyState } from '#components/ui/EmptyState.tsx'
import { Select, TextInput } from '#components/ui/Field.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { Table, Td, Th } from '#components/ui/Table.tsx'
import { scheduleDrills } from '#lib/actions/drill.ts'
import type { DrillLine, DrillsView } from '#lib/views/drills.ts'

/** Rehearsed rollbacks: to have them held, and how they went. */
export function Drills({ agent, drills }: { agent: string; drills: DrillsView }) {
  const { history, schedule } = drills
  return (
    <Section title="Drills" aside={schedule && <NextOne schedule={schedule} />}>
      <div className="grid gap-3 px-4 pt-1.5 pb-4">
        <p className="max-w-[72ch] text-sm text-ink-2">
          A rehearsed rollback. Made-up runs of a candidate that fails go through the engine and the recovery
          rule of the policy in force; the switch is a real revision of the routing table, with every share as
          it is, that takes the way of a real one to each edge and instance. No conversation notices.
        </p>
        <Schedule agent={agent} drills={drills} />
      </div>
      {history.length === 0 ? (
        <EmptyState title="No drill yet">The first one takes about a second.</EmptyState>
      ) : (
        <Table caption={`Drills of ${agent}`}>
          <thead>
            <tr>
              <Th>Began</Th>
              <Th>Result</Th>
              <Th right>Decided after</Th>
              <Th right>In force after</Th>
              <Th right>Acknowledged after</Th>
            </tr>
          </thead>
          <tbody>
            {history.map((drill) => (
              <Row key={drill.id} drill={drill} />
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  )
}

function NextOne({ schedule }: { schedule: NonNullable<DrillsView['schedule']> }) {
  return (
    <>
      next <Moment at={schedule.nextAt} />
    </>
  )
}

function Row({ drill }: { drill: DrillLine }) {
  const { at, by, decided, inForceMs, acknowledgedMs, instances, because } = drill
  return (
    <tr aria-label={`Drill ${drill.id}`}>
      <Td className="min-w-36 align-top">
        <RelativeTime at={at} />
        <span className="block text-xs text-ink-3">by {by}</span>
      </Td>
      <Td className="min-w-56 align-top">
        <Result status={drill.status} />
        {because && <span className="mt-0.5 block text-xs text-ink-2">{because}.</span>}
      </Td>
      <Td right className="align-top">
        {decided ? (
          <>
            {decided.badRuns} runs
            <span className="block text-xs text-ink-3">made up, {decided.seconds} s</span>
          </>
        ) : (
          'never'
        )}
      </Td>
      <Td right className="align-top">
        {inForceMs === null ? '–' : seconds(inForceMs)}
      </Td>
      <Td right className="align-top">
        {acknowledgedMs === null ? '–' : seconds(acknowledgedMs)}
        {instances !== null && (
          <span className="block text-xs text-ink-3">
            {instances === 0
              ? 'no instance reports'
              : `${instances} ${instances === 1 ? 'instance' : 'instances'}`}
          </span>
        )}
      </Td>
    </tr>
  )
}

function Result({ status }: { status: DrillLine['status'] }) {
  if (status === 'running') {
    return (
      <StateChip tone="hold" icon={LoaderCircle}>
        running
      </StateChip>
    )
  }
  return status === 'passed' ? (
    <StateChip tone="allow" icon={CircleCheck}>
      passed
    </StateChip>
  ) : (
    <StateChip tone="stop" icon={CircleX}>
      failed
    </StateChip>
  )
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`

const intervals = [1, 7, 14, 30]

/** Every so many days at a time of the day; what is chosen holds once it is saved. */
function Schedule({ agent, drills }: { agent: string; drills: DrillsView }) {
  const { schedule, whyNotSchedule } = drills
  const timeId = useId()
  const [days, setDays] = useState(String(schedule?.everyDays ?? 0))
  const [at, setAt] = useState(schedule?.at ?? '03:30')
  const [hour = 0, minute = 0] = at.split(':').map(Number)
  const chosen = days === '0' ? null : { everyDays: Number(days), atMinute: hour * 60 + minute }
  const isSame = (schedule?.everyDays ?? 0) === Number(days) && (!chosen || schedule?.at === at)
  return (
    <div role="group" aria-label="Schedule" className="flex flex-wrap items-start gap-2 text-sm">
      <label className="flex items-center gap-2 text-ink-2">
        By itself
        <Select className="w-auto!" value={days} onChange={({ target }) => setDays(target.value)}>
          <option value="0">never</option>
          {[...new Set([...intervals, ...(schedule ? [schedule.everyDays] : [])])]
            .sort((a, b) => a - b)
            .map((each) => (
              <option key={each} value={each}>
                {each === 1 ? 'every day' : `every ${each} days`}
              </option>
            ))}
        </Select>
      </label>
      {chosen && (
        <label className="flex items-center gap-2 text-ink-2" htmlFor={timeId}>
          at
          <TextInput
            id={timeId}
            type="time"
            className="w-auto!"
            value={at}
            required
            onChange={({ target }) => setAt(target.value)}
          />
          UTC
        </label>
      )}
      <ActButton
        label="Save the schedule"
        whyNot={whyNotSchedule ?? (isSame ? 'Nothing is changed' : null)}
        whySide="hidden"
        act={() => scheduleDrills(agent, chosen)}
        done={chosen ? 'Scheduled' : 'No drill is held by itself'}
      />
    </div>
  )
}
