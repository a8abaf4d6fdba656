'use client'
import { ChartLine, FlaskConical, LoaderCircle, Play, RotateCcw, Square } from 'lucide-react'
import { PageTitle } from '#components/shell/Page.tsx'
import { useShell } from '#components/shell/ShellProvider.tsx'
import { ActButton } from '#components/ui/ActButton.tsx'
import { ButtonLink } from '#components/ui/ButtonLink.tsx'
import { Card, Section } from '#components/ui/Card.tsx'
import { EmptyState } from '#components/ui/EmptyState.tsx'
import { Mono } from '#components/ui/Mono.tsx'
import { startDemo, stopDemo } from '#lib/actions/demo.ts'
import { demoAgent } from '#lib/domain/demo.ts'
import { paths } from '#lib/paths.ts'
import type { DemoView } from '#lib/views/demo.ts'
import { DemoFaults } from './DemoFaults.tsx'

/** The made-up agent: started, made to go wrong, and stopped. */
export function DemoScreen() {
  const { demo } = useShell()
  return (
    <>
      <PageTitle
        live
        title={demo ? titles[demo.status] : 'The demo does not run'}
        lede={
          <>
            A made-up agent, <Mono>{demoAgent}</Mono>, that really runs on this machine, with conversations
            and a rollout of its own. It touches none of your agents, and sends alerts as they would.
          </>
        }
      />
      <div className="grid max-w-[54rem] grid-cols-[minmax(0,1fr)] gap-4">
        {demo ? <Running demo={demo} /> : <NotRunning />}
      </div>
    </>
  )
}

const titles: Record<DemoView['status'], string> = {
  starting: 'The demo starts',
  running: 'The demo runs',
  failed: 'The demo did not start',
  away: 'Nobody runs the demo',
}

function NotRunning() {
  return (
    <Card>
      <EmptyState icon={FlaskConical} title="Watch a release be stopped">
        <p>
          Start it, let something go wrong with the candidate, and see what Switchback does. It ends by itself
          an hour after it was last touched.
        </p>
        <ActButton
          className="mx-auto mt-4 w-fit"
          label="Start the demo"
          icon={Play}
          variant="primary"
          size="lg"
          whyNot={null}
          act={() => startDemo()}
        />
      </EmptyState>
    </Card>
  )
}

function Running({ demo }: { demo: DemoView }) {
  const { status, because, rolloutId } = demo
  return (
    <>
      <Card className="grid gap-3 p-4 sm:flex sm:flex-wrap sm:items-start">
        {status === 'starting' && (
          <p className="flex w-full items-center gap-2 text-ink-2">
            <LoaderCircle aria-hidden className="size-4 shrink-0 animate-spin text-ink-3" />
            Two versions of the agent and its people are on their way: a few seconds.
          </p>
        )}
        {status === 'failed' && (
          <p role="alert" className="w-full text-stop">
            {because}. It is tried again.
          </p>
        )}
        {status === 'away' && (
          <p className="w-full text-hold">
            The launcher of this Switchback was not heard lately; the demo goes on when it is there again.
          </p>
        )}
        {rolloutId && (
          <ButtonLink href={paths.rollout(demoAgent, rolloutId)} variant="primary" size="lg">
            <ChartLine aria-hidden />
            Watch its rollout
          </ButtonLink>
        )}
        <ActButton
          label="Start it anew"
          icon={RotateCcw}
          size="lg"
          whyNot={null}
          act={() => startDemo()}
          done="The demo starts anew"
          confirm={{
            title: 'Start the demo anew?',
            effect:
              'The fleet ends and another begins, with nothing wrong. A rollout that is under way goes on; after one that is over, the next candidate gets a new one.',
            variant: 'primary',
          }}
        />
        <ActButton
          label="Stop the demo"
          icon={Square}
          size="lg"
          whyNot={null}
          act={() => stopDemo()}
          done="The demo ends"
        />
      </Card>
      {status === 'running' && (
        <Section title="Let something go wrong">
          <DemoFaults faults={demo.faults} />
        </Section>
      )}
    </>
  )
}
