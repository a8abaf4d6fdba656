'use client'
import { useQuery } from '@tanstack/react-query'
import { ArrowRight, FileCheck2 } from 'lucide-react'
import { useRef, useState } from 'react'
import { ApprovalCard } from '#components/approval/ApprovalCard.tsx'
import { AskButton } from '#components/approval/AskButton.tsx'
import { PageTitle } from '#components/shell/Page.tsx'
import { ErrorList } from '#components/start/ErrorList.tsx'
import { Notes } from '#components/start/Notes.tsx'
import { PolicySummary } from '#components/start/PolicySummary.tsx'
import { useReading } from '#components/start/useReading.ts'
import { RelativeTime } from '#components/time/RelativeTime.tsx'
import { ActButton } from '#components/ui/ActButton.tsx'
import { Section } from '#components/ui/Card.tsx'
import { Field, TextArea } from '#components/ui/Field.tsx'
import { publish } from '#lib/actions/policy.ts'
import { type Loosening, loosenings } from '#lib/domain/policyLoosening.ts'
import { policyQuery } from '#lib/queries/policy.ts'
import type { PolicyView } from '#lib/views/policy.ts'
import { Difference } from './Difference.tsx'
import { Replay } from './Replay.tsx'
import { Versions } from './Versions.tsx'

/** The policy in force, a draft beside it, what the draft would change, and what it would have changed. */
export function PolicyScreen({ initial }: { initial: PolicyView }) {
  const { data: view } = useQuery({ ...policyQuery(initial.agent), initialData: initial })
  const { agent, live } = view
  return (
    <>
      <PageTitle
        title={`Policy of ${agent}`}
        lede={
          live ? (
            <>
              Version {live.number} is in force, by {live.createdBy}, <RelativeTime at={live.createdAt} />. A
              rollout that is under way keeps the one it was started with.
            </>
          ) : (
            'No policy is in force yet. The first rollout brings one, or it is written here; after it, loosening takes a second person.'
          )
        }
      />
      <div className="grid gap-4">
        {view.waiting.map((approval) => (
          <ApprovalCard key={approval.id} approval={approval} />
        ))}
        <Editor key={live?.number ?? 0} view={view} live={live} />
        <Versions versions={view.versions} live={live?.number ?? null} />
      </div>
    </>
  )
}

/** What a first policy begins with: its versions only say whose policy it is. */
const firstDraft = (agent: string) => `rollback:
  stable_version: ${agent}@stable
  candidate_version: ${agent}@candidate
  triggers:
    error_rate: 0.05
`

function Editor({ view, live }: { view: PolicyView; live: PolicyView['live'] }) {
  const [draft, setDraft] = useState(live?.document ?? firstDraft(view.agent))
  const area = useRef<HTMLTextAreaElement>(null)
  const read = useReading(draft)
  const errors = read && !read.ok ? read.errors : []
  const looser = read?.ok ? loosenings(live?.policy ?? null, read.policy) : []
  const goTo = (line: number) => {
    const lines = draft.split('\n')
    const start = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0)
    area.current?.focus()
    area.current?.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0))
  }
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <div className="grid content-start gap-4">
        <Field label="Draft" hint="The document of a rollout; its versions only say whose policy it is.">
          <TextArea
            ref={area}
            rows={28}
            spellCheck={false}
            autoCapitalize="off"
            value={draft}
            readOnly={view.whyNotEdit !== null}
            aria-invalid={errors.length > 0}
            onChange={(event) => setDraft(event.target.value)}
            className="font-mono text-sm! leading-relaxed [font-variant-ligatures:none]"
          />
        </Field>
        <ErrorList errors={errors} onLine={goTo} />
        {read?.ok && (
          <PutInForce
            view={view}
            draft={draft}
            looser={looser}
            isSame={draft.trim() === live?.document.trim()}
          />
        )}
      </div>
      <div className="grid content-start gap-4">
        {live && (
          <Section title={`Against version ${live.number}, in force`}>
            <div className="px-4 pt-2 pb-4">
              <Difference before={live.document} after={draft} label="Difference to the policy in force" />
            </div>
          </Section>
        )}
        {looser.length > 0 && <Looser looser={looser} />}
        <Replay agent={view.agent} draft={draft} readable={read?.ok ?? false} />
        {read?.ok && <Notes notes={read.notes} />}
        {read?.ok && <PolicySummary policy={read.policy} />}
      </div>
    </div>
  )
}

function Looser({ looser }: { looser: readonly Loosening[] }) {
  return (
    <Section title="What it loosens" aside="takes a second person">
      <ul className="grid gap-1.5 px-4 pt-2 pb-4 text-sm">
        {looser.map(({ path, before, after }) => (
          <li key={`${path} ${after}`} className="flex flex-wrap items-center gap-x-2">
            <code className="mono font-semibold">{path}</code>
            <span className="text-ink-2">{before}</span>
            <ArrowRight aria-label="becomes" className="size-3.5 text-ink-3" />
            <span>{after}</span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

interface PutInForceProps {
  readonly view: PolicyView
  readonly draft: string
  readonly looser: readonly Loosening[]
  readonly isSame: boolean
}

function PutInForce({ view, draft, looser, isSame }: PutInForceProps) {
  const { agent, live } = view
  const whyNot = view.whyNotEdit ?? (isSame ? 'The draft is what is in force' : null)
  if (looser.length > 0)
    return (
      <AskButton
        label="Put this policy in force"
        icon={FileCheck2}
        variant="primary"
        size="lg"
        className="sm:justify-self-start"
        whyNot={whyNot}
        kind="policy"
        input={{ agent, document: { yaml: draft } }}
        title={live ? `Loosen the policy of ${agent}` : `Put a first policy in force for ${agent}`}
        before={live ? `Version ${live.number} is in force` : 'No policy is in force yet'}
        after={looser.map(({ path, after }) => `${path}: ${after}`).join('; ')}
        alone={view.alone}
        waits={view.waiting.length > 0}
      />
    )
  return (
    <ActButton
      label="Put this policy in force"
      icon={FileCheck2}
      variant="primary"
      size="lg"
      className="sm:justify-self-start"
      whyNot={whyNot}
      act={(reason) => publish(agent, draft, reason)}
      done="It is in force for the next rollout"
      confirm={{
        title: 'Put this policy in force?',
        effect:
          'It loosens nothing. The next rollout is measured against it; one that is under way keeps its own.',
        reason: { label: 'Why', required: true },
      }}
    />
  )
}
