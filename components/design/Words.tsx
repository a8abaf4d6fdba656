import { Lock } from 'lucide-react'
import { LiveLook, type Look } from '#components/live/LiveBadge.tsx'
import { Banner } from '#components/ui/Banner.tsx'
import { Section } from '#components/ui/Card.tsx'
import { EmptyState } from '#components/ui/EmptyState.tsx'
import { KeyValue, KeyValues } from '#components/ui/KeyValues.tsx'
import { Meter } from '#components/ui/Meter.tsx'
import { Digest, Mono } from '#components/ui/Mono.tsx'
import { NotLoaded } from '#components/ui/NotLoaded.tsx'
import { Skeleton } from '#components/ui/Skeleton.tsx'
import { Snippet } from '#components/ui/Snippet.tsx'
import { StateChip } from '#components/ui/StateChip.tsx'
import { Table, Td, Th } from '#components/ui/Table.tsx'
import { tones } from '#components/ui/tone.ts'
import { Sheet, Specimen } from './Specimen.tsx'

const looks: readonly Look[] = ['connecting', 'live', 'polling', 'stale']
const longName = 'customer-support-and-returns-agent-for-the-whole-of-northern-europe'

/** What is read. */
export function Words() {
  return (
    <Sheet title="Words">
      <Specimen name="chips">
        <div className="flex flex-wrap gap-1.5">
          {tones.map((tone) => (
            <StateChip key={tone} tone={tone}>
              {tone}
            </StateChip>
          ))}
          <StateChip tone="stop" icon={Lock}>
            2.4.0 locked
          </StateChip>
        </div>
      </Specimen>
      {tones.map((tone) => (
        <Specimen key={tone} name={`banner ${tone}`}>
          <Banner tone={tone} title="The guard is silent.">
            Nothing was judged since 03:12:44 UTC.
          </Banner>
        </Specimen>
      ))}
      {looks.map((look) => (
        <Specimen key={look} name={`news ${look}`}>
          <LiveLook look={look} age={look === 'stale' ? 42_000 : 2_000} />
        </Specimen>
      ))}
      <Specimen name="part that did not load">
        <NotLoaded />
      </Specimen>
      <Specimen name="meter">
        <Meter label="Evidence" text="60 of 100" filled={0.6} mark={0.8} />
        <Meter label="Share" text="nothing" filled={0} className="mt-2" />
        <Meter label="Recovery" text="all" filled={1} tone="allow" className="mt-2" />
      </Specimen>
      <Specimen name="card">
        <Section title="Candidate" aside="since Monday">
          <KeyValues>
            <KeyValue term="Version">
              <Mono>2.4.0</Mono>
            </KeyValue>
            <KeyValue term="Digest">
              <Digest of="sha256:8c22f1b0a1b2c3d4e5f60718293a4b5c6d7e8f90113c" />
            </KeyValue>
            <KeyValue term="Ordered share">20 %</KeyValue>
          </KeyValues>
        </Section>
      </Specimen>
      <Specimen name="empty">
        <Section title="Incidents">
          <EmptyState title="No incident yet">One opens when a rollout is stopped.</EmptyState>
        </Section>
      </Specimen>
      <Specimen name="loading">
        <div role="status" aria-label="Reading…" className="grid gap-2">
          <Skeleton className="h-5 w-40" />
          <Skeleton className="h-16 rounded-card" />
        </div>
      </Specimen>
      <Specimen name="snippet">
        <Snippet label="Start" text={'npm start\nnpm run demo'} />
      </Specimen>
      <Specimen name="table" wide>
        <Section title="Agents">
          <Table caption="Agents of the specimen">
            <thead>
              <tr>
                <Th>Agent</Th>
                <Th>State</Th>
                <Th right>Runs</Th>
              </tr>
            </thead>
            <tbody>
              {['support-agent', longName].map((name, index) => (
                <tr key={name}>
                  <Td className="mono [overflow-wrap:anywhere]">{name}</Td>
                  <Td>
                    <StateChip tone={index === 0 ? 'allow' : 'stop'}>
                      {index === 0 ? 'steady' : 'stopped'}
                    </StateChip>
                  </Td>
                  <Td right>{(index * 1_234_567 + 41).toLocaleString('en')}</Td>
                </tr>
              ))}
            </tbody>
          </Table>
        </Section>
      </Specimen>
    </Sheet>
  )
}
