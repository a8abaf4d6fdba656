'use client'
import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleDashed, CircleSlash, Fence, type LucideIcon, VolumeX } from 'lucide-react'
import { PageTitle } from '#components/shell/Page.tsx'
import { Moment, RelativeTime } from '#components/time/RelativeTime.tsx'
import { ActButton } from '#components/ui/ActButton.tsx'
import { Section } from '#components/ui/Card.tsx'
import { EmptyState } from '#components/ui/EmptyState.tsx'
import { Mono } from '#components/ui/Mono.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { Table, Td, Th } from '#components/ui/Table.tsx'
import type { Tone } from '#components/ui/tone.ts'
import { forgetInstance } from '#lib/actions/instance.ts'
import type { AckClass } from '#lib/domain/acknowledgement.ts'
import { instancesQuery } from '#lib/queries/agents.ts'
import type { InstanceLine, InstancesView } from '#lib/views/instances.ts'

/** Every process that decides for an agent by our table: which table it has, and when it was last heard. */
export function InstancesScreen({ initial }: { initial: InstancesView }) {
  const { data } = useQuery({ ...instancesQuery(initial.agent), initialData: initial })
  const { agent, instances, more, counts } = data
  const of = instances.length + more
  return (
    <>
      <PageTitle live title="Instances" lede={<Lede view={data} />} />
      <Section title="What each reports" aside={of > 0 && asideOf(counts)}>
        {of === 0 ? (
          <EmptyState title="No instance reports">
            An agent’s process that uses our SDK tells every ten seconds by which table it decides. What asks
            over OpenFeature’s remote protocol asks each time, and is not listed.
          </EmptyState>
        ) : (
          <Table caption={`Instances of ${agent}`}>
            <thead>
              <tr>
                <Th>Instance</Th>
                <Th>State</Th>
                <Th right>Revision</Th>
                <Th>Last heard</Th>
                <Th>Turns running</Th>
                <Th>
                  <span className="sr-only">Act</span>
                </Th>
              </tr>
            </thead>
            <tbody>
              {instances.map((instance) => (
                <Row key={`${instance.host} ${instance.id}`} agent={agent} instance={instance} />
              ))}
            </tbody>
          </Table>
        )}
        {more > 0 && (
          <p className="border-t border-line px-4 py-3 text-sm text-ink-3">
            And {more} more, all after these in this order.
          </p>
        )}
      </Section>
    </>
  )
}

function Lede({ view }: { view: InstancesView }) {
  const { agent, revision, leaseSeconds, forgottenMinutes } = view
  return (
    <>
      Processes that decide for <Mono>{agent}</Mono> by our table
      {revision !== null && <>, now at revision {revision}</>}.{' '}
      {leaseSeconds > 0
        ? `One that was not heard for ${leaseSeconds} s gives everybody the stable version by itself.`
        : 'Leases are off: one that is not heard goes on with the table that it has.'}{' '}
      After {forgottenMinutes} minutes of silence it is left out here.
    </>
  )
}

function Row({ agent, instance }: { agent: string; instance: InstanceLine }) {
  const { id, host, pid, sdkVersion, mode, revision, heardAt, inflight, whyNotForget } = instance
  return (
    <tr>
      <Td className="min-w-44">
        <code className="mono font-semibold break-all">{id}</code>
        <span className="block text-xs text-ink-3">
          {[host, pid === null ? null : `pid ${pid}`, sdkVersion && `SDK ${sdkVersion}`, mode]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </Td>
      <Td className="min-w-40">
        <State instance={instance} />
      </Td>
      <Td right>{revision}</Td>
      <Td className="whitespace-nowrap text-ink-2">
        <RelativeTime at={heardAt} />
      </Td>
      <Td className="text-ink-2">
        {inflight.length === 0
          ? 'none told'
          : inflight.map(({ version, turns }) => (
              <span key={version} className="mr-2 whitespace-nowrap">
                {turns} on <code className="mono">{version}</code>
              </span>
            ))}
      </Td>
      <Td right>
        {(instance.state === 'silent' || instance.state === 'fenced') && (
          <ActButton
            label="Take off the list"
            whyNot={whyNotForget}
            act={() => forgetInstance(agent, id)}
            done={`${id} is off the list`}
            confirm={{
              title: `Take ${id} off the list?`,
              effect:
                'Nothing waits for it any more. Do so when its process is gone: if it still runs it may decide by the table before, and its next report brings it back.',
            }}
          />
        )}
      </Td>
    </tr>
  )
}

const looks: Record<AckClass, { tone: Tone; icon: LucideIcon; words: string }> = {
  switched: { tone: 'allow', icon: CircleCheck, words: 'at the newest table' },
  pending: { tone: 'hold', icon: CircleDashed, words: 'about to switch' },
  silent: { tone: 'stop', icon: VolumeX, words: 'silent' },
  fenced: { tone: 'neutral', icon: Fence, words: 'fenced' },
  rejected: { tone: 'stop', icon: CircleSlash, words: 'refused the table' },
}

function State({ instance: { state, fencedAt, refused } }: { instance: InstanceLine }) {
  const { tone, icon, words } = looks[state]
  return (
    <>
      <StateChip tone={tone} icon={icon}>
        {words}
      </StateChip>
      {state === 'rejected' && refused && <span className="block text-xs text-ink-2">{refused}</span>}
      {fencedAt && (
        <span className="mt-0.5 block text-xs text-ink-2">
          {state === 'fenced' ? 'draws no candidate since ' : 'draws none from '}
          <Moment at={fencedAt} />
        </span>
      )}
    </>
  )
}

const order: readonly AckClass[] = ['rejected', 'silent', 'fenced', 'pending', 'switched']

function asideOf(counts: InstancesView['counts']): string {
  return order
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state]} ${looks[state].words}`)
    .join(' · ')
}
