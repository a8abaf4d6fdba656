'use client'
import { clsx } from 'clsx'
import { useRouter } from 'next/navigation'
import { Tabs } from 'radix-ui'
import { useState } from 'react'
import { ReadinessLink } from '#components/readiness/ReadinessLink.tsx'
import { PageTitle } from '#components/shell/Page.tsx'
import { Banner } from '#components/ui/Banner.tsx'
import { EmptyState } from '#components/ui/EmptyState.tsx'
import { Field, Select } from '#components/ui/Field.tsx'
import { say } from '#components/ui/say.ts'
import { type GivenDocument, startRollout } from '#lib/actions/rollout.ts'
import type { Refusal } from '#lib/actions/refusal.ts'
import { defaultPolicy } from '#lib/domain/policy.ts'
import { paths } from '#lib/paths.ts'
import type { StartAgent, StartView } from '#lib/views/start.ts'
import { documentOf, type Draft, draftOf } from './draft.ts'
import { StartForm } from './StartForm.tsx'
import { YamlForm } from './YamlForm.tsx'
import { yamlText } from './yamlText.ts'

/** Starts the guarded passage of a candidate: by form, or by the document itself. */
export function StartScreen({ view, chosen }: { view: StartView; chosen: string | null }) {
  const [name, setName] = useState(chosen ?? view.agents.find((agent) => !agent.whyNot)?.agent ?? '')
  const agent = view.agents.find((each) => each.agent === name)
  if (view.agents.length === 0) {
    return (
      <>
        <PageTitle title="Start a rollout" />
        <EmptyState title="There is no agent yet">Register one first: Now shows how.</EmptyState>
      </>
    )
  }
  return (
    <>
      <PageTitle
        title="Start a rollout"
        lede="The candidate gets a little traffic, and more only when the evidence says so. The stable version is the way back."
      />
      <div className="mb-5 flex flex-wrap items-end gap-3">
        <Field label="Agent" className="w-full max-w-80">
          <Select value={name} onChange={(event) => setName(event.target.value)}>
            <option value="" disabled>
              Choose an agent
            </option>
            {view.agents.map((each) => (
              <option key={each.agent} value={each.agent}>
                {each.agent}
              </option>
            ))}
          </Select>
        </Field>
        {agent && <ReadinessLink agent={agent.agent} />}
      </div>
      {/* The key makes another agent another draft. */}
      {agent && <StartAgentForm key={agent.agent} agent={agent} />}
    </>
  )
}

const tab = clsx(
  'h-10 border-b-2 border-transparent px-1 font-[560] text-ink-2 hover:text-ink',
  'data-[state=active]:border-ink data-[state=active]:text-ink',
)

function StartAgentForm({ agent }: { agent: StartAgent }) {
  const router = useRouter()
  const firstCandidate = agent.candidates.find((candidate) => !candidate.whyNot)?.name ?? ''
  const [draft, setDraft] = useState<Draft>(() => draftOf(firstCandidate, agent.policy ?? defaultPolicy))
  const [yaml, setYaml] = useState<string | null>(null)
  if (agent.whyNot || !agent.stable) {
    return (
      <Banner tone="hold" title="No rollout can start.">
        {agent.whyNot}.
      </Banner>
    )
  }
  const stable = agent.stable
  const written = () => yamlText(documentOf(agent.agent, stable, draft))

  const start = async (document: GivenDocument): Promise<Refusal | null> => {
    const started = await startRollout(agent.agent, document)
    if (!started.ok) return started.refusal
    say('The rollout has started', started.notes.join('; '))
    router.push(paths.rollout(agent.agent, started.rolloutId))
    return null
  }

  return (
    <Tabs.Root defaultValue="form" onValueChange={() => setYaml((text) => text ?? written())}>
      <Tabs.List aria-label="How to say it" className="mb-5 flex gap-5 border-b border-line">
        <Tabs.Trigger value="form" className={tab}>
          Form
        </Tabs.Trigger>
        <Tabs.Trigger value="yaml" className={tab}>
          YAML
        </Tabs.Trigger>
      </Tabs.List>
      <Tabs.Content value="form">
        <StartForm agent={agent} stable={stable} draft={draft} onChange={setDraft} onStart={start} />
      </Tabs.Content>
      <Tabs.Content value="yaml">
        <YamlForm agent={agent.agent} text={yaml ?? ''} onChange={setYaml} onStart={start} />
      </Tabs.Content>
    </Tabs.Root>
  )
}
